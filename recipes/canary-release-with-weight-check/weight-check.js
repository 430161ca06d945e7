'use strict';

// Measures which share of COUNT requests each version answers, and only if it is exactly what the gateway promises moves STEP points to the new one.

let vamp = require('vamp-node-client');
let Agent = require('http').Agent;

let api = new vamp.Api();
let http = new vamp.Http();
// One connection for all requests, which come one after the other.
let agent = new Agent({ keepAlive: true, maxSockets: 1 });
let logger = new vamp.Log();

let name = process.env.NAME;
let path = '/gateways/' + process.env.GATEWAY;
let routes = [process.env.ROUTE1, process.env.ROUTE2];
let ids = [process.env.ID1, process.env.ID2];
let count = Number(process.env.COUNT);
let step = Number(process.env.STEP);
let period = Number(process.env.PERIOD);

let url;
let busy = false;

function say(tag, value) {
  logger.log(tag + ': ' + value);
  api.event(['workflows:' + name, tag], value);
}

function measure(left, counts) {
  if (left === 0) {
    return Promise.resolve(ids.map(id => Math.round((counts[id] || 0) * 100 / count)));
  }
  return http.get(url, { agent: agent }).then(text => {
    let id = JSON.parse(text).id;
    counts[id] = (counts[id] || 0) + 1;
    return measure(left - 1, counts);
  });
}

function move(gateway, shares) {
  let oldWeight = Math.max(0, shares[0] - step);
  gateway.routes[routes[0]].weight = oldWeight + '%';
  gateway.routes[routes[1]].weight = (100 - oldWeight) + '%';
  api.put(path, gateway).stopOnError(error => say('action:failed', error.message || error)).each(() => {
    say('action:weight', oldWeight + '% / ' + (100 - oldWeight) + '%');
  });
}

function judge(shares) {
  say('response:ratio', shares.map(share => share + '%').join(' / '));
  // Past the client's cache, which would tell of the first weights for ever.
  api.get(path, true).stopOnError(error => logger.log('no gateway: ' + error)).each(gateway => {
    let promised = routes.map(route => parseInt(gateway.routes[route].weight, 10));
    if (promised.some((weight, i) => weight !== shares[i])) {
      // The data plane may not have heard of the last weights yet; the next round measures anew.
      logger.log('promised: ' + promised.join(' / '));
    } else if (promised[0] > 0) {
      move(gateway, shares);
    }
  });
}

function round() {
  busy = true;
  measure(count, {}).then(shares => {
    busy = false;
    judge(shares);
  }, error => {
    busy = false;
    say('response:failed', error.message);
  });
}

// Asks again each period until Vamp has answered: a question that met no Vamp is never answered.
function findGateways() {
  api.config(true).stopOnError(error => logger.log('no configuration yet: ' + error)).each(config => {
    url = 'http://' + config['vamp.gateway-driver.host'] + ':' + process.env.PORT + '/';
    round();
  });
}

findGateways();
setInterval(() => {
  if (!url) {
    findGateways();
  } else if (!busy) {
    round();
  }
}, period * 1000);
