/*
 * Publishes the health of everything that takes traffic: 0 if any of its requests of the last 30 seconds was answered with a server error, 1
 * otherwise, also if there was no request at all.
 */
'use strict';

var _ = require('highland');
var vamp = require('vamp-node-client');

var WINDOW = 30;
var FIRST_ERROR = 500;

var api = new vamp.Api();
var metrics = new vamp.ElasticsearchMetrics(api);

function health(lookupName) {
  return metrics.count({ ft: lookupName }, { ST: { gte: FIRST_ERROR } }, WINDOW).map(function (errors) {
    return errors > 0 ? 0 : 1;
  });
}

function publish(tags, value) {
  return api.event(tags.concat('health'), value, 'health');
}

function measure(lookupName, tags) {
  return health(lookupName).flatMap(function (value) {
    return publish(tags, value).map(function () { return value; });
  });
}

function worst(values) {
  return values.reduce(function (product, value) { return product * value; }, 1);
}

function gateway(it) {
  var routes = Object.keys(it.routes).map(function (path) {
    return measure(it.routes[path].lookup_name, ['gateways:' + it.name, 'route', 'routes:' + path]);
  });
  return _([measure(it.lookup_name, ['gateways:' + it.name, 'gateway'])].concat(routes)).merge();
}

function service(deployment, cluster, name, route) {
  return measure(route.lookup_name, [
    'deployments:' + deployment, 'clusters:' + cluster, 'service', 'services:' + name
  ]);
}

function cluster(deployment, name, it) {
  var services = [];
  Object.keys(it.gateways).forEach(function (port) {
    var routes = it.gateways[port].routes;
    Object.keys(routes).forEach(function (breed) {
      services.push(service(deployment, name, breed, routes[breed]));
    });
  });
  return _(services).merge().collect().flatMap(function (values) {
    var value = worst(values);
    return publish(['deployments:' + deployment, 'clusters:' + name, 'cluster'], value).map(function () {
      return value;
    });
  });
}

function deployment(it) {
  var clusters = Object.keys(it.clusters).map(function (name) { return cluster(it.name, name, it.clusters[name]); });
  return _(clusters).merge().collect().flatMap(function (values) {
    return publish(['deployments:' + it.name, 'deployment'], worst(values));
  });
}

// The configuration first, so that the measurements that follow at once all find it remembered.
api.config().flatMap(function () {
  return _([api.gateways().map(gateway).merge(), api.deployments().map(deployment).merge()]).merge();
}).errors(function (error) {
  console.log('health: ' + error.message);
}).done(function () {});
