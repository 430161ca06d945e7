'use strict';

// Says every PERIOD seconds that CLUSTER of DEPLOYMENT does not keep to its SLA, TIMES times, then as often that it could do with less, and so on.

let vamp = require('vamp-node-client');

let api = new vamp.Api();
let logger = new vamp.Log();

let period = Number(process.env.PERIOD);
let times = Number(process.env.TIMES);

let verbs = ['escalate', 'deescalate'];
let rounds = 0;

function say() {
  let verb = verbs[Math.floor(rounds / times) % verbs.length];
  rounds += 1;
  api.event(['sla', 'sla:' + verb, 'deployment:' + process.env.DEPLOYMENT, 'cluster:' + process.env.CLUSTER]);
  logger.log(verb);
}

say();
setInterval(say, period * 1000);
