'use strict';

// Sends COUNT requests one after the other, every PERIOD milliseconds again, and says whether each id gave the EXPECTED share of the answers,
// give or take one point: {"1.0.0": 80, "2.0.0": 20}

let vamp = require('vamp-node-client');
let Agent = require('http').Agent;

let api = new vamp.Api();
let http = new vamp.Http();
// One connection for all requests, which come one after the other.
let agent = new Agent({ keepAlive: true, maxSockets: 1 });
let logger = new vamp.Log();

let name = process.env.NAME;
let expected = JSON.parse(process.env.EXPECTED);
let count = Number(process.env.COUNT);
let period = Number(process.env.PERIOD);

let ids = Object.keys(expected);
let url;
let busy = false;

function say(result, value) {
  logger.log(result + ': ' + value);
  api.event(['workflows:' + name, 'response:' + result], value);
}

function judge(counts) {
  let shares = ids.map(id => Math.round((counts[id] || 0) * 100 / count));
  let fits = ids.every((id, i) => Math.abs(shares[i] - expected[id]) <= 1);
  say(fits ? 'ok' : 'error', shares.map(share => share + '%').join(' / '));
}

function ask(left, counts) {
  if (left === 0) {
    judge(counts);
    return Promise.resolve();
  }
  return http.get(url, { agent: agent }).then(text => {
    let id = JSON.parse(text).id;
    counts[id] = (counts[id] || 0) + 1;
    return ask(left - 1, counts);
  });
}

function round() {
  busy = true;
  ask(count, {}).then(() => {
    busy = false;
  }, error => {
    busy = false;
    say('error', error.message);
  });
}

// Asks again each period until Vamp has answered: a question that met no Vamp is never answered.
function findGateways() {
  api.config(true).stopOnError(error => logger.log('no configuration yet: ' + error)).each(config => {
    url = 'http://' + config['vamp.gateway-driver.host'] + ':' + process.env.PORT + '/' + process.env.REQUEST;
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
}, period);
