'use strict';

// Gives each of two services as many instances as it needs for its share of the requests: MINIMUM without any, MAXIMUM with all of them.

let vamp = require('vamp-node-client');

let api = new vamp.Api();
let logger = new vamp.Log();

let name = process.env.NAME;
let deployment = process.env.DEPLOYMENT;
let cluster = process.env.CLUSTER;
let gateway = [deployment, cluster, process.env.PORT_NAME].join('/');
let services = [process.env.SERVICE1, process.env.SERVICE2];
let minimum = Number(process.env.MINIMUM);
let maximum = Number(process.env.MAXIMUM);
let period = Number(process.env.PERIOD);

function complain(error) {
  logger.log('not now: ' + (error && error.message ? error.message : error));
}

// Everything is read past the client's cache, which would tell of the first rates and scales for ever.
function rate(service, then) {
  let route = [deployment, cluster, service, process.env.PORT_NAME].join('/');
  api.get('/metrics/gateways/' + encodeURIComponent(gateway) + '/routes/' + encodeURIComponent(route) + '/rate', true)
    .stopOnError(complain)
    .each(then);
}

function scale(service, instances) {
  let path = '/deployments/' + deployment + '/clusters/' + cluster + '/services/' + service + '/scale';
  api.get(path, true).stopOnError(complain).each(present => {
    if (present.instances === instances) {
      return;
    }
    api.put(path, { cpu: present.cpu, memory: present.memory, instances: instances }).stopOnError(complain).each(() => {
      let value = service + ': ' + present.instances + ' -> ' + instances;
      logger.log(value);
      api.event(['workflows:' + name, 'scale'], value);
    });
  });
}

function look() {
  rate(services[0], first => rate(services[1], second => {
    let all = first + second;
    if (all > 0) {
      [first, second].forEach((one, i) => scale(services[i], minimum + Math.round((maximum - minimum) * one / all)));
    }
  }));
}

look();
setInterval(look, period * 1000);
