'use strict';

// A user who sends a request every PERIOD milliseconds, and says how it went.

let vamp = require('vamp-node-client');

let api = new vamp.Api();
let http = new vamp.Http();
let logger = new vamp.Log();

let name = process.env.NAME;
let period = Number(process.env.PERIOD);
let port = process.env.PORT;

let host;
let answered = 0;

function failed(error) {
  // An Error would be sent as an empty object.
  let reason = error && error.message ? error.message : String(error);
  logger.log('failed: ' + reason);
  api.event(['workflows:' + name, 'response:error'], reason);
}

function succeeded() {
  answered += 1;
  if (answered % 20 === 0) {
    logger.log('answered: ' + answered);
    api.event(['workflows:' + name, 'response:ok'], answered);
  }
}

// Asks again each period until Vamp has answered: a question that met no Vamp is never answered.
function findGateways() {
  api.config(true).stopOnError(error => logger.log('no configuration yet: ' + error)).each(config => {
    host = config['vamp.gateway-driver.host'];
  });
}

setInterval(() => {
  if (host) {
    http.get('http://' + host + ':' + port + '/').then(succeeded, failed);
  } else {
    findGateways();
  }
}, period);
