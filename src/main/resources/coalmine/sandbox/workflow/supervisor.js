'use strict';
/* global coalmineSources, coalmineModules */

// The workflow agent: starts, repeats and kills scripts, each container in a worker thread of its own. It is told what to do on its standard
// input and tells on its standard output what becomes of it, one JSON object a line. It runs in Node.js's main thread, into which no script gets.

const fs = require('fs');
const net = require('net');
const { Worker } = require('worker_threads');

const sources = Object.assign({}, coalmineSources);
const modules = coalmineModules;
const directory = '/usr/local/vamp';

const LINES_PER_SECOND = 400;
const CHARACTERS_PER_LINE = 2000;
const FETCH_TIMEOUT = 5000;
// A worker that is stuck in a call of the operating system cannot be stopped; its container ends all the same.
const STUCK = 1000;
// What a run may take of this machine's time on top of its timeout, in milliseconds for each second by which the platform's clock runs ahead: a script's
// work does not get faster with the clock, and a machine that is busy with something else shall not look like a script that hangs.
const ALLOWANCE = 1000;

// ---- The platform's clock, shared with the workers -------------------------------------------------------------------------------------------

// Two slots that are written in turn, so that a worker never reads a half of each: platform time, this machine's time, running, the pace, and the
// platform time beyond which the clock will not go, however late this process hears that it is held.
const slot = new Int32Array(new SharedArrayBuffer(4));
const readings = new Float64Array(new SharedArrayBuffer(8 * 10));
readings.set([Date.now(), machineMillis(), 0, 1, Infinity]);

const alarms = new Set();

function machineMillis() {
  const now = process.hrtime();
  return now[0] * 1e3 + now[1] / 1e6;
}

function reading() {
  const at = Atomics.load(slot, 0) * 5;
  return {
    base: readings[at],
    since: readings[at + 1],
    running: readings[at + 2] === 1,
    pace: readings[at + 3],
    until: readings[at + 4],
  };
}

function platformMillis() {
  const clock = reading();
  return clock.running ? Math.min(clock.base + (machineMillis() - clock.since) * clock.pace, clock.until) : clock.base;
}

function setClock(now, running, pace, until) {
  const next = 1 - Atomics.load(slot, 0);
  readings.set([now, machineMillis(), running ? 1 : 0, pace, until], next * 5);
  Atomics.store(slot, 0, next);
  alarms.forEach(alarm => alarm.arm());
}

/** Does something at a moment of the platform's time; while the clock is held, it does not come. */
class Alarm {
  constructor(due, action) {
    this.due = due;
    this.action = action;
    alarms.add(this);
    this.arm();
  }

  arm() {
    clearTimeout(this.timer);
    const clock = reading();
    if (clock.running) {
      this.timer = setTimeout(() => this.ring(), Math.max(0, (this.due - platformMillis()) / clock.pace));
    }
  }

  ring() {
    // Timers count in whole milliseconds and may be that much early.
    if (platformMillis() < this.due - reading().pace) {
      this.arm();
      return;
    }
    this.cancel();
    this.action();
  }

  cancel() {
    clearTimeout(this.timer);
    alarms.delete(this);
  }
}

// ---- What the suite is told ------------------------------------------------------------------------------------------------------------------

function report(what) {
  // The line feed before it ends what a script may have written to the file descriptor itself.
  process.stdout.write('\n' + JSON.stringify(what) + '\n');
}

/** Cuts a stream into lines, and lets only so many of them through. */
class Lines {
  constructor(pass) {
    this.pass = pass;
    this.rest = '';
    this.second = 0;
    this.passed = 0;
    this.left = 0;
  }

  add(text) {
    const lines = (this.rest + text).split('\n');
    this.rest = lines.pop();
    lines.forEach(line => this.line(line));
    if (this.rest.length > CHARACTERS_PER_LINE) {
      this.end();
    }
  }

  end() {
    if (this.rest) {
      const rest = this.rest;
      this.rest = '';
      this.line(rest);
    }
  }

  line(line) {
    const second = Math.floor(machineMillis() / 1000);
    if (second !== this.second) {
      this.second = second;
      this.passed = 0;
      this.tellWhatWasLeft();
    }
    if (this.passed >= LINES_PER_SECOND) {
      this.left++;
      return;
    }
    this.passed++;
    this.pass(line.length > CHARACTERS_PER_LINE ? line.slice(0, CHARACTERS_PER_LINE) + '…' : line);
  }

  tellWhatWasLeft() {
    if (this.left > 0) {
      this.pass('… ' + this.left + ' lines were left out');
      this.left = 0;
    }
  }
}

// ---- What scripts start ------------------------------------------------------------------------------------------------------------------------

// How often, in milliseconds, it is looked whether a worker that is to end has started something more.
const LOOK = 25;

/** The programs that the scripts of one worker have started and that it has not buried. */
class Children {
  constructor() {
    // Shared, for a worker that is ended can tell nothing more: its thread's id, whether it may start no more, and then the ids of the programs; 1 is
    // one that is being started.
    this.ids = new Int32Array(new SharedArrayBuffer(4 * 1024));
  }

  noted() {
    return Array.from(this.ids.subarray(2)).filter(id => id > 1);
  }

  areGone() {
    return this.ids.subarray(2).every(id => id === 0);
  }

  /** Also those that the worker waits for and so cannot note. */
  ofThread() {
    try {
      return fs.readFileSync('/proc/self/task/' + this.ids[0] + '/children', 'utf8').split(' ').filter(Boolean).map(Number);
    } catch (gone) {
      return [];
    }
  }

  kill() {
    this.ids[1] = 1;
    new Set(this.noted().concat(this.ofThread())).forEach(kill);
  }
}

/** Kills a program and its process group. */
function kill(pid) {
  [-pid, pid].forEach(id => {
    try {
      process.kill(id, 'SIGKILL');
    } catch (gone) {
      // It has ended, or leads no group yet.
    }
  });
}

/** Ends a worker and what its scripts have started. It buries its children before, if it can: nobody else could. */
function dismiss(worker) {
  const children = worker.children;
  const deadline = machineMillis() + STUCK;
  return new Promise(ended => {
    const look = () => {
      children.kill();
      if (!worker.dismissed && (children.areGone() || machineMillis() > deadline)) {
        worker.dismissed = true;
        worker.terminate();
        children.kill();
      }
    };
    const looks = setInterval(look, LOOK);
    worker.once('exit', () => {
      clearInterval(looks);
      ended();
    });
    look();
  });
}

// ---- Containers ------------------------------------------------------------------------------------------------------------------------------

const containers = new Map();
const workers = new Set();

/** One container: fetches its script and runs it, once or in every period, in one worker as long as that stays fit for it. */
class Container {
  constructor(id, env, version) {
    this.id = id;
    this.version = version;
    this.env = Object.assign({ PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' }, env, {
      VAMP_WORKFLOW_DIRECTORY: directory,
    });
    this.out = new Lines(text => this.print('out', text));
    this.err = new Lines(text => this.print('err', text));
  }

  start() {
    try {
      this.period = setting(this.env, 'VAMP_WORKFLOW_EXECUTION_PERIOD') * 1000;
      this.timeout = setting(this.env, 'VAMP_WORKFLOW_EXECUTION_TIMEOUT') * 1000;
      fetchScript(this.env, (problem, script) => {
        if (this.over) {
          return;
        }
        if (problem) {
          this.end(1, problem);
          return;
        }
        this.script = script;
        report({ is: 'running', id: this.id });
        this.first = platformMillis();
        this.awaitClock();
      });
    } catch (wrong) {
      this.end(1, wrong.message);
    }
  }

  /** The first run, and one that waits for the clock to go on, has no moment of its own. */
  awaitClock() {
    this.next = new Alarm(this.first, () => this.tick(0));
  }

  tick(count) {
    if (this.period > 0) {
      const now = platformMillis();
      // Periods are counted from the first run; those that were missed are left out.
      const following = Math.max(count + 1, Math.floor((now - this.first) / this.period) + 1);
      this.next = new Alarm(this.first + following * this.period, () => this.tick(following));
    }
    if (!this.runs) {
      this.run();
    }
  }

  run() {
    this.runs = true;
    if (!this.worker) {
      this.worker = this.startWorker();
    }
    this.worker.postMessage({ run: this.script });
    if (this.timeout > 0) {
      const allowance = ALLOWANCE * Math.max(0, reading().pace - 1);
      this.limit = new Alarm(platformMillis() + this.timeout + allowance, () => {
        this.fail('the script was killed because it ran for more than ' + this.timeout / 1000 + ' s (VAMP_WORKFLOW_EXECUTION_TIMEOUT)');
        this.abandon(137);
      });
    }
  }

  startWorker() {
    const children = new Children();
    const worker = new Worker(sources['isolate.js'], {
      eval: true,
      name: this.env.VAMP_KEY_VALUE_STORE_PATH,
      argv: [],
      env: this.env,
      execArgv: ['--unhandled-rejections=none', '--no-deprecation'],
      stdin: false,
      stdout: true,
      stderr: true,
      // One that needs more is ended alone; a process without limits would be ended as a whole.
      resourceLimits: { maxOldGenerationSizeMb: 96, maxYoungGenerationSizeMb: 8 },
      workerData: {
        slot,
        readings,
        children: children.ids,
        sources,
        modules,
        directory,
        env: this.env,
        version: this.version,
        mode: this.period > 0 ? 'again' : 'once',
      },
    });
    worker.children = children;
    workers.add(worker);
    worker.stdout.setEncoding('utf8').on('data', text => this.out.add(text));
    worker.stderr.setEncoding('utf8').on('data', text => this.err.add(text));
    worker.on('message', message => this.hear(worker, message));
    worker.on('messageerror', () => {});
    worker.on('error', error => {
      if (this.worker === worker) {
        this.fail(describe(error), error);
      }
    });
    worker.on('exit', code => {
      workers.delete(worker);
      children.kill();
      if (this.worker === worker) {
        this.worker = undefined;
        this.ended(code);
      }
    });
    return worker;
  }

  hear(worker, message) {
    if (this.worker !== worker || !message) {
      return;
    }
    if (typeof message.failed === 'string') {
      this.fail(message.failed, message);
    } else if (message.done === 'fit' && worker.children.areGone()) {
      this.ended(0);
    } else if (message.done) {
      this.abandon(0);
    }
  }

  /** Ends the run together with its worker; the next run gets a new one. */
  abandon(code) {
    const worker = this.worker;
    this.worker = undefined;
    let told = false;
    const tell = () => {
      if (!told) {
        told = true;
        this.ended(code);
      }
    };
    setTimeout(tell, STUCK).unref();
    dismiss(worker).then(tell);
  }

  ended(code) {
    if (!this.runs) {
      return;
    }
    this.runs = false;
    if (this.limit) {
      this.limit.cancel();
    }
    this.out.end();
    this.err.end();
    if (this.killed) {
      this.end(137, 'killed');
    } else if (this.period === 0) {
      this.end(code, code === 0 ? 'the script ended' : this.failure || 'the script ended with exit code ' + code);
    }
  }

  kill() {
    if (this.over) {
      return;
    }
    this.killed = true;
    if (this.next) {
      this.next.cancel();
    }
    if (this.worker && this.runs) {
      this.abandon(137);
    } else if (!this.runs) {
      this.end(137, 'killed');
    }
  }

  end(code, reason) {
    if (this.over) {
      return;
    }
    this.over = true;
    containers.delete(this.id);
    [this.next, this.limit].forEach(alarm => alarm && alarm.cancel());
    const worker = this.worker;
    this.worker = undefined;
    this.out.tellWhatWasLeft();
    this.err.tellWhatWasLeft();
    if (worker) {
      dismiss(worker);
    }
    report({ is: 'ended', id: this.id, code, reason });
  }

  print(stream, text) {
    report({ is: 'line', id: this.id, at: platformMillis(), stream, text });
  }

  fail(message, error) {
    this.failure = message;
    this.err.end();
    this.err.add(withoutOwnPlaces((error && error.stack) || message) + '\n');
    report({ is: 'failed', id: this.id, at: platformMillis(), message });
  }
}

/** As the real agent, which does not start without both. */
function setting(env, name) {
  const value = env[name];
  if (value === undefined || !/^\d+$/.test(value.trim())) {
    throw new Error(name + (value === undefined ? ' is not set' : ' must be 0 or a positive number of seconds, but is \'' + value + '\''));
  }
  return Number(value);
}

function describe(error) {
  const text = error instanceof Error ? String(error) : 'Uncaught ' + require('util').inspect(error);
  return text.split('\n')[0];
}

/** A stack as the script's author knows it: without the places in the agent and in Node.js itself. */
function withoutOwnPlaces(stack) {
  return stack
    .split('\n')
    .filter(line => !/^ +at .*(\[worker eval\]|\(node:)/.test(line))
    .join('\n');
}

/** Reads the script where Vamp has put it: opens a session with ZooKeeper, and gets the data of a node. */
function fetchScript(env, done) {
  ['VAMP_KEY_VALUE_STORE_CONNECTION', 'VAMP_KEY_VALUE_STORE_PATH'].forEach(name => {
    if (!env[name]) {
      throw new Error(name + ' is not set');
    }
  });
  const type = env.VAMP_KEY_VALUE_STORE_TYPE;
  if (type !== 'zookeeper') {
    throw new Error('VAMP_KEY_VALUE_STORE_TYPE is ' + (type ? '\'' + type + '\', but only zookeeper is imitated' : 'not set'));
  }
  const path = env.VAMP_KEY_VALUE_STORE_PATH;
  const address = env.VAMP_KEY_VALUE_STORE_CONNECTION;
  const [host, port] = address.split(':');
  const socket = net.connect(Number(port), host);
  let told = false;
  const tell = (problem, script) => {
    if (!told) {
      told = true;
      socket.destroy();
      done(problem && 'the script could not be fetched from ' + address + path + ': ' + problem, script);
    }
  };
  let received = Buffer.alloc(0);
  let answers = 0;
  socket.on('data', data => {
    received = Buffer.concat([received, data]);
    while (received.length >= 4 && received.length >= 4 + received.readInt32BE(0)) {
      const answer = received.subarray(4, 4 + received.readInt32BE(0));
      received = received.subarray(4 + answer.length);
      answers++;
      if (answers === 1) {
        socket.write(frame(int(1), int(GET_DATA), text(path), Buffer.from([0])));
      } else {
        const error = answer.readInt32BE(12);
        tell(error && 'error ' + error + (error === NO_NODE ? ', there is no such node' : ''), error ? undefined : answer.toString('utf8', 20, 20 + answer.readInt32BE(16)));
      }
    }
  });
  socket.setTimeout(FETCH_TIMEOUT, () => tell('no answer within ' + FETCH_TIMEOUT / 1000 + ' s'));
  socket.on('error', error => tell(error.message));
  socket.on('close', () => tell('the connection was lost'));
  // Version 0, nothing seen, 10 s for the session, no session and no password from before.
  socket.write(frame(int(0), long(), int(10000), long(), int(16), Buffer.alloc(16), Buffer.from([0])));
}

const GET_DATA = 4;
const NO_NODE = -101;

function frame(...parts) {
  const content = Buffer.concat(parts);
  return Buffer.concat([int(content.length), content]);
}

function int(value) {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

function long() {
  return Buffer.alloc(8);
}

function text(value) {
  const bytes = Buffer.from(value, 'utf8');
  return Buffer.concat([int(bytes.length), bytes]);
}

// ---- Orders ----------------------------------------------------------------------------------------------------------------------------------

const orders = {
  clock(order) {
    setClock(order.now, order.running, order.pace, order.until === undefined ? Infinity : order.until);
  },
  start(order) {
    const container = new Container(order.id, order.env, order.version);
    containers.set(order.id, container);
    container.start();
  },
  kill(order) {
    const container = containers.get(order.id);
    if (container) {
      container.kill();
    }
  },
};

// Nothing here should throw; should it do so all the same, the other containers live on.
process.on('uncaughtException', error => process._rawDebug(String((error && error.stack) || error)));

let received = '';
process.stdin.setEncoding('utf8');
process.stdin.on('data', text => {
  const lines = (received + text).split('\n');
  received = lines.pop();
  lines.filter(Boolean).forEach(line => {
    const order = JSON.parse(line);
    orders[order.do](order);
  });
});
// The suite is gone, however it ended. Nothing else ends a JVM as surely as this.
process.stdin.on('end', () => {
  workers.forEach(worker => worker.children.kill());
  process.kill(process.pid, 'SIGKILL');
});

// The first worker costs more than those that follow.
const first = new Worker('require(\'http\');', { eval: true, env: {}, stdout: true, stderr: true });
first.on('exit', () => report({ is: 'ready' }));
