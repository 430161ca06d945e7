'use strict';

// Pretends that GATEWAY is slow for PHASE seconds, then fast for as long, and so on: publishes metrics of it every PERIOD seconds.

let vamp = require('vamp-node-client');

let api = new vamp.Api();
let logger = new vamp.Log();

let name = process.env.NAME;
let gateway = process.env.GATEWAY;
let period = Number(process.env.PERIOD);
let phase = Number(process.env.PHASE);

let phases = [{ rate: 1000, responseTime: 1100 }, { rate: 100, responseTime: 50 }];
let rounds = 0;

function publish() {
  let now = phases[Math.floor(rounds * period / phase) % phases.length];
  rounds += 1;
  let tags = ['gateways:' + gateway, 'gateway'];
  api.event(tags.concat('metrics:rate'), now.rate, 'metrics');
  api.event(tags.concat('metrics:responseTime'), now.responseTime, 'metrics');
  api.event(['workflows:' + name, 'mocked'], now.responseTime);
  logger.log('response time: ' + now.responseTime + ' ms');
}

publish();
setInterval(publish, period * 1000);
