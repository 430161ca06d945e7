'use strict';

// Says every PERIOD seconds how many instances SERVICE is to have, and that it was scaled when that has changed.

let vamp = require('vamp-node-client');

let api = new vamp.Api();
let logger = new vamp.Log();

let name = process.env.NAME;
let path = '/deployments/' + process.env.SERVICE + '/scale';
let period = Number(process.env.PERIOD);

let first;

function look() {
  // Past the client's cache, which would tell of the first look for ever.
  api.get(path, true).stopOnError(error => logger.log('no scale: ' + error)).each(scale => {
    first = first || scale.instances;
    logger.log('instances: ' + scale.instances);
    api.event(['workflows:' + name, 'scale'], scale.instances);
    if (scale.instances !== first) {
      api.event(['workflows:' + name, 'response:ok'], scale.instances);
    }
  });
}

look();
setInterval(look, period * 1000);
