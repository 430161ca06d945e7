'use strict';

// Starts the workflow CANARY, of the breed of that name, on GATEWAY when a service of DEPLOYMENT has been deployed beside one that has all the traffic:
// from the one with 100% to the one with 0%. With FOLLOW it stays, and looks whenever an event tells of a deployment; without it looks once, as an
// event schedule wants it.

let http = require('http');
let url = require('url');
let vamp = require('vamp-node-client');

let api = new vamp.Api();
let logger = new vamp.Log();

let name = process.env.NAME;
let canary = process.env.CANARY;
let gateway = process.env.GATEWAY;
let tags = ['deployments:' + process.env.DEPLOYMENT, 'synchronization:deployed'];
let pause = 1000;
let follows = process.env.FOLLOW === 'true';

function workflow(oldService, newService) {
  return {
    name: canary,
    breed: canary,
    schedule: 'daemon',
    environment_variables: {
      NAME: canary,
      GATEWAY: gateway,
      SERVICE1: oldService,
      SERVICE2: newService,
      PERIOD: process.env.PERIOD,
      WINDOW: process.env.WINDOW,
      STEP: process.env.STEP,
      VAMP_WORKFLOW_EXECUTION_PERIOD: '0',
      VAMP_WORKFLOW_EXECUTION_TIMEOUT: '0'
    }
  };
}

function start(oldService, newService) {
  api.put('/workflows/' + canary, workflow(oldService, newService))
    .stopOnError(error => logger.log('could not start the canary: ' + error))
    .each(() => {
      logger.log('started: ' + oldService + ' to ' + newService);
      api.event(['workflows:' + name, 'started'], newService);
    });
}

// A deployment may have changed nothing for the gateway, or be a release that is under way already.
function look() {
  api.get('/gateways/' + gateway, true).stopOnError(error => logger.log('no gateway: ' + error)).each(found => {
    let services = Object.keys(found.routes || {});
    let oldService = services.find(service => found.routes[service].weight === '100%');
    let others = services.filter(service => service !== oldService);
    if (oldService && others.length === 1) {
      start(oldService, others[0]);
    }
  });
}

function again() {
  setTimeout(follow, pause);
}

function follow() {
  let query = tags.map(tag => 'tag=' + encodeURIComponent(tag)).join('&');
  let request = url.parse(api.url + '/events/stream?' + query);
  request.headers = { Accept: 'text/event-stream' };
  http.get(request, response => {
    let rest = '';
    logger.log('watching');
    api.event(['workflows:' + name, 'watching'], gateway);
    response.setEncoding('utf8');
    response.on('data', chunk => {
      let lines = (rest + chunk).split('\n');
      rest = lines.pop();
      if (lines.some(line => line.startsWith('data:'))) {
        look();
      }
    });
    response.on('end', again);
  }).on('error', error => {
    logger.log('no events: ' + error.message);
    again();
  });
}

if (follows) {
  follow();
} else {
  look();
}
