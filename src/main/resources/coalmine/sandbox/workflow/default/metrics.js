/* Publishes how many requests every gateway and route takes in a second, and how long they take, over the last 30 seconds. */
'use strict';

var _ = require('highland');
var vamp = require('vamp-node-client');

var WINDOW = 30;

var api = new vamp.Api();
var metrics = new vamp.ElasticsearchMetrics(api);

function measure(lookupName, tags) {
  return metrics.average({ ft: lookupName }, 'Tt', WINDOW).flatMap(function (measured) {
    return _([
      api.event(tags.concat('metrics:rate'), measured.rate, 'metrics'),
      api.event(tags.concat('metrics:responseTime'), measured.average, 'metrics')
    ]).merge();
  });
}

function gateway(it) {
  var routes = Object.keys(it.routes).map(function (path) {
    return measure(it.routes[path].lookup_name, ['gateways:' + it.name, 'routes:' + path, 'route']);
  });
  return _([measure(it.lookup_name, ['gateways:' + it.name, 'gateway'])].concat(routes)).merge();
}

api.config().flatMap(function () {
  return api.gateways().map(gateway).merge();
}).errors(function (error) {
  console.log('metrics: ' + error.message);
}).done(function () {});
