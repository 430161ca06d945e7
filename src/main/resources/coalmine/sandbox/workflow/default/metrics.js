'use strict';

// Publishes the rate and the average response time of all gateways and routes over the last 30 seconds (facts, 5.3).

const _ = require('highland');
const vamp = require('vamp-node-client');

const WINDOW = 30;
const AT_ONCE = 4;

const api = new vamp.Api();
const metrics = new vamp.ElasticsearchMetrics(api);

/** All that is measured: its lookup name, and the tags of its events. */
function measured(gateway) {
  const tag = 'gateways:' + gateway.name;
  const routes = Object.keys(gateway.routes || {}).map(name => ({
    lookupName: gateway.routes[name].lookup_name,
    tags: [tag, 'routes:' + name, 'route'],
  }));
  return [{ lookupName: gateway.lookup_name, tags: [tag, 'gateway'] }].concat(routes);
}

// The configuration is read first, because all measurements need it and the client remembers it then.
api
  .config()
  .flatMap(() => api.gateways())
  .flatMap(gateway => _(measured(gateway)))
  .map(place => metrics.average({ ft: place.lookupName }, 'Tt', WINDOW).map(measure => ({ place, measure })))
  .parallel(AT_ONCE)
  .flatMap(found =>
    _([
      api.event(found.place.tags.concat('metrics:rate'), found.measure.rate, 'metrics'),
      api.event(found.place.tags.concat('metrics:responseTime'), found.measure.average, 'metrics'),
    ]).sequence()
  )
  .done(() => {});
