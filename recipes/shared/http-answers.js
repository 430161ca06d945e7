'use strict';

// Asks each of the EXPECTED gateways every PERIOD milliseconds, and says whether every answer is the one that is expected:
// [{"gateway": 9050, "path": "what is asked", "id": "who answers", "port": 8081}]

let vamp = require('vamp-node-client');

let api = new vamp.Api();
let http = new vamp.Http();
let logger = new vamp.Log();

let name = process.env.NAME;
let expected = JSON.parse(process.env.EXPECTED);
let period = Number(process.env.PERIOD);

let host;

function say(result, value) {
  logger.log(result + ': ' + JSON.stringify(value));
  api.event(['workflows:' + name, 'response:' + result], value);
}

function ask(one) {
  return http.get('http://' + host + ':' + one.gateway + '/' + (one.path || '')).then(text => {
    let answer = JSON.parse(text);
    let wrong = Object.keys(one).filter(key => key !== 'gateway' && answer[key] !== one[key]);
    if (wrong.length > 0) {
      throw new Error('on ' + one.gateway + ': ' + wrong.join(' and ') + ' should be different in ' + text.trim());
    }
    return answer;
  });
}

// Asks again each period until Vamp has answered: a question that met no Vamp is never answered.
function findGateways() {
  api.config(true).stopOnError(error => logger.log('no configuration yet: ' + error)).each(config => {
    host = config['vamp.gateway-driver.host'];
  });
}

setInterval(() => {
  if (host) {
    Promise.all(expected.map(ask)).then(answers => say('ok', answers), error => say('error', error.message));
  } else {
    findGateways();
  }
}, period);
