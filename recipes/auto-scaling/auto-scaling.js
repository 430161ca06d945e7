'use strict';

// Looks every PERIOD seconds how long GATEWAY takes to answer: gives SERVICE one instance more if that is longer than UPPER milliseconds, and one
// less if it is shorter than LOWER, within MINIMUM and MAXIMUM.

let vamp = require('vamp-node-client');

let api = new vamp.Api();
let logger = new vamp.Log();

let name = process.env.NAME;
let scalePath = '/deployments/' + process.env.SERVICE + '/scale';
let metricPath = '/metrics/gateways/' + encodeURIComponent(process.env.GATEWAY) + '/responseTime';
let upper = Number(process.env.UPPER);
let lower = Number(process.env.LOWER);
let minimum = Number(process.env.MINIMUM);
let maximum = Number(process.env.MAXIMUM);
let period = Number(process.env.PERIOD);

function complain(error) {
  logger.log('not now: ' + (error && error.message ? error.message : error));
}

function wanted(instances, responseTime) {
  if (responseTime > upper) {
    return Math.min(maximum, instances + 1);
  }
  return responseTime < lower ? Math.max(minimum, instances - 1) : instances;
}

// Read past the client's cache, which would tell of the first look for ever.
function look() {
  api.get(metricPath, true).stopOnError(complain).each(responseTime => {
    api.get(scalePath, true).stopOnError(complain).each(scale => {
      let instances = wanted(scale.instances, responseTime);
      if (instances === scale.instances) {
        return;
      }
      api.put(scalePath, { cpu: scale.cpu, memory: scale.memory, instances: instances }).stopOnError(complain).each(() => {
        logger.log(responseTime + ' ms, so from ' + scale.instances + ' to ' + instances);
        api.event(['workflows:' + name, 'scale'], instances);
      });
    });
  });
}

look();
setInterval(look, period * 1000);
