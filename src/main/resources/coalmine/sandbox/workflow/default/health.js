'use strict';

// Publishes the health of all that takes traffic: 0 if a response of the last 30 seconds was an error, else 1, also without traffic (facts, 5.2).

const _ = require('highland');
const vamp = require('vamp-node-client');

const WINDOW = 30;
const ERROR = 500;
const AT_ONCE = 4;

const api = new vamp.Api();
const metrics = new vamp.ElasticsearchMetrics(api);

function values(map) {
  return Object.keys(map || {}).map(key => map[key]);
}

/** The lookup names of all gateways and routes, each once: a service's is that of a route of its cluster's gateway. */
function lookupNames(gateways, deployments) {
  const inClusters = deployments.map(deployment => values(deployment.clusters).map(cluster => values(cluster.gateways)));
  const names = new Set(gateways.map(gateway => gateway.lookup_name));
  flat(flat(inClusters))
    .concat(gateways)
    .forEach(gateway => values(gateway.routes).forEach(route => names.add(route.lookup_name)));
  return Array.from(names);
}

function flat(lists) {
  return [].concat.apply([], lists);
}

function ofGateway(gateway, health) {
  const tag = 'gateways:' + gateway.name;
  const routes = Object.keys(gateway.routes || {}).map(name => ({
    tags: [tag, 'route', 'routes:' + name, 'health'],
    value: health.get(gateway.routes[name].lookup_name),
  }));
  return [{ tags: [tag, 'gateway', 'health'], value: health.get(gateway.lookup_name) }].concat(routes);
}

/** A cluster is healthy if all its services are, a deployment if all its clusters are. */
function ofDeployment(deployment, health) {
  const tag = 'deployments:' + deployment.name;
  const clusters = Object.keys(deployment.clusters || {}).map(name => ofCluster(tag, name, deployment.clusters[name], health));
  const whole = { tags: [tag, 'deployment', 'health'], value: product(clusters.map(events => events[events.length - 1])) };
  return flat(clusters).concat(whole);
}

function ofCluster(deploymentTag, name, cluster, health) {
  const tags = [deploymentTag, 'clusters:' + name];
  const services = flat(
    values(cluster.gateways).map(gateway =>
      Object.keys(gateway.routes || {}).map(service => ({
        tags: tags.concat('service', 'services:' + service, 'health'),
        value: health.get(gateway.routes[service].lookup_name),
      }))
    )
  );
  return services.concat({ tags: tags.concat('cluster', 'health'), value: product(services) });
}

function product(events) {
  return events.reduce((all, event) => all * event.value, 1);
}

function publish(events) {
  _(events)
    .flatMap(event => api.event(event.tags, event.value, 'health'))
    .done(() => {});
}

function look(gateways, deployments) {
  _(lookupNames(gateways, deployments))
    .map(name => metrics.count({ ft: name }, { ST: { gte: ERROR } }, WINDOW).map(errors => [name, errors > 0 ? 0 : 1]))
    .parallel(AT_ONCE)
    .collect()
    .each(pairs => {
      const health = new Map(pairs);
      publish(flat(gateways.map(gateway => ofGateway(gateway, health)).concat(deployments.map(one => ofDeployment(one, health)))));
    });
}

// The configuration is read first, because all counts need it and the client remembers it then.
_([api.gateways().collect(), api.deployments().collect(), api.config()])
  .parallel(AT_ONCE)
  .collect()
  .each(answers => look(answers[0], answers[1]));
