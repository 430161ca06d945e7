'use strict';

// Connects to the EXPECTED gateway every PERIOD milliseconds, writes a request, and says whether the answer is the one that is expected:
// {"gateway": 9057, "request": "what is written", "id": "who answers", "port": 8091}

let net = require('net');
let vamp = require('vamp-node-client');

let api = new vamp.Api();
let logger = new vamp.Log();

let name = process.env.NAME;
let expected = JSON.parse(process.env.EXPECTED);
let period = Number(process.env.PERIOD);

let host;

function say(result, value) {
  logger.log(result + ': ' + JSON.stringify(value));
  api.event(['workflows:' + name, 'response:' + result], value);
}

function judge(text) {
  let answer;
  try {
    answer = JSON.parse(text);
  } catch (error) {
    say('error', 'no JSON: ' + text);
    return;
  }
  let wrong = Object.keys(expected).filter(key => key !== 'gateway' && answer[key] !== expected[key]);
  if (wrong.length > 0) {
    say('error', wrong.join(' and ') + ' should be different in ' + text);
  } else {
    say('ok', answer);
  }
}

function ask() {
  let text = '';
  let socket = net.connect({ host: host, port: expected.gateway }, () => socket.write(expected.request));
  socket.setEncoding('utf8');
  socket.on('data', data => {
    text += data;
  });
  socket.on('error', error => {
    text = error.message;
  });
  socket.on('close', () => judge(text));
}

// Asks again each period until Vamp has answered: a question that met no Vamp is never answered.
function findGateways() {
  api.config(true).stopOnError(error => logger.log('no configuration yet: ' + error)).each(config => {
    host = config['vamp.gateway-driver.host'];
  });
}

setInterval(() => {
  if (host) {
    ask();
  } else {
    findGateways();
  }
}, period);
