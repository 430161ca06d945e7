'use strict';

// Moves the weight of GATEWAY from SERVICE1 (old) to SERVICE2 (new) by STEP percentage points every PERIOD seconds, as long as no response of the
// last WINDOW seconds was an error. One error, and all of it goes back to the old service; then it starts over.

let vamp = require('vamp-node-client');

let api = new vamp.Api();
let logger = new vamp.Log();
let metrics = new vamp.ElasticsearchMetrics(api);

let name = process.env.NAME;
let period = Number(process.env.PERIOD);
let window = Number(process.env.WINDOW);
let step = Number(process.env.STEP || 5);

let path = '/gateways/' + process.env.GATEWAY;
let oldService = process.env.SERVICE1;
let newService = process.env.SERVICE2;

// Read once and then remembered: what somebody else sets meanwhile is overwritten by the next step from here.
let gateway;

function describe(error) {
  return error && error.message ? error.message : String(error);
}

function weightOf(service) {
  return parseInt(gateway.routes[service].weight, 10);
}

function shift(oldWeight) {
  let value = oldWeight + '%/' + (100 - oldWeight) + '%';
  let changed = JSON.parse(JSON.stringify(gateway));
  changed.routes[oldService].weight = oldWeight + '%';
  changed.routes[newService].weight = (100 - oldWeight) + '%';
  let before = gateway;

  api.put(path, changed).stopOnError(error => {
    logger.log('could not set ' + value + ': ' + describe(error));
    // Somebody may have added or removed a service, or the answer alone was lost: start from what is there.
    gateway = undefined;
    api.event(['workflows:' + name, 'error'], value);
  }).each(() => {
    // Remembered only now, so that no step is skipped when Vamp never answers. Where Vamp is slower than a period, several looks ask for the same step;
    // the first answer counts.
    if (gateway === before) {
      gateway = changed;
      logger.log('updated: ' + value);
      api.event(['workflows:' + name, 'updated'], value);
    }
  });
}

function decide(errors) {
  let oldWeight = weightOf(oldService);
  if (errors > 0) {
    if (oldWeight < 100) {
      shift(100);
    }
  } else if (oldWeight > 0) {
    shift(Math.max(0, oldWeight - step));
  }
}

function countErrors() {
  metrics.count({ ft: gateway.lookup_name }, { ST: { gte: 500 } }, window)
    .stopOnError(error => logger.log('no metrics: ' + describe(error)))
    .each(errors => {
      // A shift that failed while this was counted has made it forget the gateway.
      if (gateway) {
        decide(errors);
      }
    });
}

// Done again each period until Vamp has answered with both routes: a question that met no Vamp is never answered.
function readGateway() {
  api.get(path, true).stopOnError(error => logger.log('no gateway yet: ' + describe(error))).each(found => {
    if (!gateway && found.routes && found.routes[oldService] && found.routes[newService]) {
      gateway = found;
      countErrors();
    }
  });
}

function look() {
  if (gateway) {
    countErrors();
  } else {
    readGateway();
  }
}

look();
setInterval(look, period * 1000);
