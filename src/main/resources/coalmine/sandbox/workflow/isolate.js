// What a container's worker thread runs before its script: gives the script the platform's time, the modules that the workflow agent's image has,
// and, where one worker serves run after run, a world that is as good as new each time.
(function () {
  'use strict';

  const threads = require('worker_threads');
  const Module = require('module');
  const path = require('path').posix;
  const util = require('util');
  const vm = require('vm');
  const net = require('net');
  const http = require('http');
  const os = require('os');
  const fs = require('fs');

  const port = threads.parentPort;
  const given = threads.workerData;
  const again = given.mode === 'again';

  let runs = false;
  let spoilt = false;

  // ---- Platform time -------------------------------------------------------------------------------------------------------------------------

  const real = {
    setTimeout,
    clearTimeout,
    setInterval,
    clearInterval,
    hrtime: process.hrtime,
    Date,
  };
  const pace = () => given.readings[Atomics.load(given.slot, 0) * 5 + 3];
  const held = () => given.readings[Atomics.load(given.slot, 0) * 5 + 2] === 0;
  const LONGEST = 2147483647;
  // While the clock is held a timer that is due looks every so often whether it goes on; milliseconds on the wall.
  const LOOK = 25;

  function platformMillis() {
    const at = Atomics.load(given.slot, 0) * 5;
    const base = given.readings[at];
    if (given.readings[at + 2] === 0) {
      return base;
    }
    const now = real.hrtime();
    return Math.min(base + (now[0] * 1e3 + now[1] / 1e6 - given.readings[at + 1]) * given.readings[at + 3], given.readings[at + 4]);
  }

  function onTheWall(millis) {
    return Math.min(LONGEST, Math.max(1, Math.round(millis / pace())));
  }

  const started = platformMillis();

  function PlatformDate() {
    const args = Array.from(arguments);
    if (!new.target) {
      return new real.Date(platformMillis()).toString();
    }
    return Reflect.construct(real.Date, args.length === 0 ? [platformMillis()] : args, new.target);
  }
  hide(PlatformDate, 'name', 'Date');
  hide(PlatformDate, 'length', 7);
  hide(PlatformDate, 'now', () => Math.floor(platformMillis()));
  hide(PlatformDate, 'parse', real.Date.parse);
  hide(PlatformDate, 'UTC', real.Date.UTC);
  PlatformDate.prototype = real.Date.prototype;
  hide(real.Date.prototype, 'constructor', PlatformDate);
  hide(global, 'Date', PlatformDate);

  function hide(object, name, value) {
    Object.defineProperty(object, name, { value, writable: true, enumerable: false, configurable: true });
  }

  // Timers that are not awaited outlive a run; a worker that serves several must know them.
  const live = new Set();

  function delay(millis) {
    const number = Number(millis);
    return number >= 1 && number <= LONGEST ? number : 1;
  }

  function platformTimeout(action, millis) {
    if (typeof action !== 'function') {
      return real.setTimeout(action, millis);
    }
    const args = Array.prototype.slice.call(arguments, 2);
    const wait = delay(millis);
    let due = platformMillis() + wait;
    const timer = real.setTimeout(() => {
      const left = due - platformMillis();
      // Node.js counts in whole milliseconds and may be that much early; anything more means that the clock was held.
      if (left > pace()) {
        timer._idleTimeout = held() ? Math.max(LOOK, onTheWall(left)) : onTheWall(left);
        refresh.call(timer);
        return;
      }
      live.delete(timer);
      action.apply(timer, args);
    }, onTheWall(wait));
    const refresh = timer.refresh;
    timer.refresh = () => {
      due = platformMillis() + wait;
      timer._idleTimeout = onTheWall(wait);
      return refresh.call(timer);
    };
    return remember(timer);
  }

  function platformInterval(action, millis) {
    if (typeof action !== 'function') {
      return real.setInterval(action, millis);
    }
    const args = Array.prototype.slice.call(arguments, 2);
    const period = delay(millis);
    let due = platformMillis() + period;
    const timer = real.setInterval(() => {
      const now = platformMillis();
      if (due - now > pace()) {
        timer._repeat = held() ? Math.max(LOOK, onTheWall(due - now)) : onTheWall(due - now);
        return;
      }
      // Counted from the due time, so that a short period on the wall does not drift.
      due += period * Math.max(1, Math.ceil((now - due) / period));
      timer._repeat = onTheWall(due - now);
      action.apply(timer, args);
    }, onTheWall(period));
    return remember(timer);
  }

  function remember(timer) {
    if (again) {
      live.add(timer);
    }
    return timer;
  }

  function forget(clear) {
    return timer => {
      live.delete(timer);
      clear(timer);
    };
  }

  const timers = require('timers');
  const promises = require('timers/promises');
  const clocked = {
    setTimeout: platformTimeout,
    setInterval: platformInterval,
    clearTimeout: forget(real.clearTimeout),
    clearInterval: forget(real.clearInterval),
  };
  Object.keys(clocked).forEach(name => {
    hide(clocked[name], 'name', name);
    global[name] = clocked[name];
    timers[name] = clocked[name];
  });
  const realPromises = { setTimeout: promises.setTimeout, setInterval: promises.setInterval };
  promises.setTimeout = (millis, value, options) => realPromises.setTimeout(onTheWall(delay(millis)), value, options);
  promises.setInterval = (millis, value, options) => realPromises.setInterval(onTheWall(delay(millis)), value, options);
  hide(promises.scheduler, 'wait', (millis, options) => promises.setTimeout(millis, undefined, options));
  hide(platformTimeout, util.promisify.custom, (millis, value, options) => promises.setTimeout(millis, value, options));

  const socketTimeout = net.Socket.prototype.setTimeout;
  hide(net.Socket.prototype, 'setTimeout', function (millis, callback) {
    return socketTimeout.call(this, millis > 0 ? onTheWall(millis) : millis, callback);
  });

  process.hrtime = function (since) {
    const millis = platformMillis() - started;
    const seconds = Math.floor(millis / 1e3);
    const nanos = Math.round((millis - seconds * 1e3) * 1e6);
    if (!since) {
      return [seconds, nanos];
    }
    return nanos < since[1] ? [seconds - since[0] - 1, nanos - since[1] + 1e9] : [seconds - since[0], nanos - since[1]];
  };
  process.hrtime.bigint = () => BigInt(Math.round((platformMillis() - started) * 1e6));
  let runStarted = started;
  process.uptime = () => (platformMillis() - runStarted) / 1e3;
  hide(performance, 'now', () => platformMillis() - started);

  // ---- What a script must not do to the process that it shares -------------------------------------------------------------------------------

  // Exit, abort, chdir and the like are the worker thread's own business; only signals would reach the whole process.
  process.kill = (pid, signal) => {
    const number = typeof signal === 'number' ? signal : os.constants.signals[signal || 'SIGTERM'];
    if (pid !== process.pid) {
      throw Object.assign(new Error('kill ESRCH'), { errno: -os.constants.errno.ESRCH, code: 'ESRCH', syscall: 'kill' });
    }
    if (number !== 0) {
      process.exit(128 + number);
    }
    return true;
  };

  // The name of the whole process, and slow to ask for; each script has one of its own.
  hide(process, 'title', 'node');

  // On Node.js 6 a rejection that nobody handles is warned of and nothing else (facts, 6.4).
  process.on('unhandledRejection', reason => {
    if (process.listenerCount('unhandledRejection') === 1) {
      const text = reason instanceof Error || util.types.isNativeError(reason) ? reason.stack || String(reason) : util.inspect(reason);
      port.postMessage({ failed: 'Unhandled promise rejection: ' + text.split('\n')[0], stack: text });
    }
  });

  // ---- What a script starts --------------------------------------------------------------------------------------------------------------------

  // The supervisor ends it with the run, each program with the process group that it leads. It sees the programs' ids in shared memory, after that of
  // this thread, for Linux to tell those that are waited for, and its own word that no more are to be started.
  const group = process.platform !== 'win32';
  if (process.platform === 'linux') {
    given.children[0] = Number(path.basename(fs.readlinkSync('/proc/thread-self')));
  }
  const ChildProcess = require('child_process').ChildProcess;
  const spawn = ChildProcess.prototype.spawn;
  const ending = 1;
  const firstPlace = 2;
  const unknownYet = 1;
  hide(ChildProcess.prototype, 'spawn', function (options) {
    const place = given.children[ending] ? -1 : given.children.indexOf(0, firstPlace);
    if (place < 0) {
      throw Object.assign(new Error('spawn EAGAIN'), { errno: -os.constants.errno.EAGAIN, code: 'EAGAIN', syscall: 'spawn' });
    }
    given.children[place] = unknownYet;
    let failure;
    try {
      failure = spawn.call(this, group ? Object.assign({}, options, { detached: true }) : options);
    } finally {
      given.children[place] = this.pid || 0;
    }
    if (this.pid) {
      const onExit = this._handle.onexit;
      this._handle.onexit = function () {
        given.children[place] = 0;
        return onExit.apply(this, arguments);
      };
    }
    return failure;
  });
  const synchronous = process.binding('spawn_sync');
  const spawnSync = synchronous.spawn;
  synchronous.spawn = options => spawnSync.call(synchronous, group ? Object.assign({}, options, { detached: true }) : options);

  // ---- Modules -------------------------------------------------------------------------------------------------------------------------------

  const own = new Map();
  Object.keys(given.sources)
    .filter(name => name.startsWith('node_modules/'))
    .forEach(name => own.set(given.directory + '/' + name, given.sources[name]));
  own.set(given.directory + '/node_modules/vamp-node-client/version.js', 'module.exports = ' + JSON.stringify(given.version) + ';');
  const searched = given.modules ? [require('path').join(given.modules, 'node_modules'), given.modules] : [];
  const main = given.directory + '/workflow.js';
  const compiled = new Map();
  const resolve = Module._resolveFilename;
  const load = Module._load;

  Module._resolveFilename = function (request, parent) {
    const inOwn = parent && own.has(parent.filename) && /^\.\.?\//.test(request);
    const named = /^[^./]/.test(request) && !Module.isBuiltin(request);
    const wanted = path.join(inOwn ? path.dirname(parent.filename) : given.directory + '/node_modules', request);
    const found = (inOwn || named) && [wanted, wanted + '.js', wanted + '/index.js'].find(name => own.has(name));
    if (!found || (named && searched.length > 0)) {
      try {
        return resolve.apply(Module, arguments);
      } catch (missing) {
        const users = missing.code === 'MODULE_NOT_FOUND' && named && Module._findPath(request, searched);
        if (users) {
          return users;
        }
        if (!found) {
          throw missing;
        }
      }
    }
    if (!Module._cache[found]) {
      loadSource(found, own.get(found));
    }
    return found;
  };

  Module._load = function (request) {
    const loaded = load.apply(Module, arguments);
    if (again && typeof request === 'string' && Module.isBuiltin(request) && loaded) {
      keep(loaded);
    }
    return loaded;
  };

  function loadSource(filename, source) {
    const module = new Module(filename);
    module.filename = filename;
    module.paths = searched;
    Module._cache[filename] = module;
    if (filename === main) {
      module.id = '.';
      process.mainModule = module;
    }
    try {
      script(filename, source).runInThisContext().call(module.exports, module.exports, requireOf(module), module, filename, path.dirname(filename));
    } catch (failure) {
      delete Module._cache[filename];
      throw failure;
    }
    module.loaded = true;
  }

  function script(filename, source) {
    if (!compiled.has(filename)) {
      // What stands before the source is on its first line, as Node.js does it, and columns are counted from after it.
      const head = '(function (exports, require, module, __filename, __dirname) { ';
      const body = source.replace(/^\uFEFF?(#!.*)?/, '');
      compiled.set(filename, new vm.Script(head + body + '\n})', { filename, columnOffset: -head.length }));
    }
    return compiled.get(filename);
  }

  function requireOf(module) {
    const required = request => module.require(request);
    required.resolve = request => Module._resolveFilename(request, module);
    required.cache = Module._cache;
    required.extensions = Module._extensions;
    required.main = process.mainModule;
    return required;
  }

  // ---- A world as good as new ----------------------------------------------------------------------------------------------------------------

  const kept = new Map();
  // These change by themselves, or are put back otherwise.
  const changing = new Set(['_events', '_eventsCount', '_maxListeners', '_exiting', 'exitCode', 'mainModule', 'argv', 'domain', 'globalAgent']);
  const sockets = new Set();
  // What came after Node.js 6 is loaded when it is looked at; a script for that has no business with it.
  const newer = key =>
    typeof key === 'string' &&
    (/^(Abort|Blob|Broadcast|Byte|Close|Compression|Count|Crypto|Custom|Decompression|DOM|Event|File$|Form|Headers$)/.test(key) ||
      /^(Message|Navigator|Performance|Readable|Request$|Response$|Storage|Subtle|Text|Transform|URL|WebSocket|Writable)/.test(key) ||
      /^(crypto|fetch|localStorage|navigator|performance|sessionStorage|structuredClone|WebAssembly)$/.test(key));

  /** Notes what an object has, and what the classes among it have. */
  function keep(object) {
    if (kept.has(object)) {
      return;
    }
    const keys = Reflect.ownKeys(object);
    const before = { keys, properties: [] };
    kept.set(object, before);
    keys.forEach((key, i) => {
      if (isNotLookedAt(object, key)) {
        return;
      }
      const property = Reflect.getOwnPropertyDescriptor(object, key);
      before.properties[i] = property;
      const value = property.value;
      if (typeof value === 'function' && value !== object && isClass(value)) {
        keep(value);
      } else if (key === 'prototype' && value) {
        keep(value);
      }
    });
  }

  function isNotLookedAt(object, key) {
    return changing.has(key) || (object === global && newer(key));
  }

  function isClass(value) {
    const prototype = Reflect.getOwnPropertyDescriptor(value, 'prototype');
    return Boolean(prototype && prototype.value && Reflect.ownKeys(prototype.value).length > 1);
  }

  /** Puts back what was changed; false if something cannot be put back. */
  function restore() {
    let whole = true;
    kept.forEach((before, object) => {
      whole = (isUntouched(object, before) || putBack(object, before)) && whole;
    });
    return whole;
  }

  /** Whether an object has what it had, in the same order: so it is with nearly all of them, and each run pays for finding out. */
  function isUntouched(object, before) {
    const keys = Reflect.ownKeys(object);
    if (keys.length !== before.keys.length || !Object.isExtensible(object)) {
      return false;
    }
    for (let i = 0; i < keys.length; i++) {
      if (keys[i] !== before.keys[i]) {
        return false;
      }
      const property = before.properties[i];
      if (property && !same(property, Reflect.getOwnPropertyDescriptor(object, keys[i]))) {
        return false;
      }
    }
    return true;
  }

  function putBack(object, before) {
    const known = new Set(before.keys);
    let whole = true;
    Reflect.ownKeys(object).filter(key => !known.has(key) && !changing.has(key)).forEach(key => {
      whole = Reflect.deleteProperty(object, key) && whole;
    });
    before.keys.forEach((key, i) => {
      if (changing.has(key)) {
        return;
      }
      const property = before.properties[i];
      const now = Reflect.getOwnPropertyDescriptor(object, key);
      if (!property) {
        // What was not looked at cannot be put back.
        whole = Boolean(now) && whole;
      } else if (!now || !same(property, now)) {
        whole = Reflect.defineProperty(object, key, property) && whole;
      }
    });
    return Object.isExtensible(object) && whole;
  }

  function same(one, other) {
    return (
      Object.is(one.value, other.value) &&
      one.get === other.get &&
      one.set === other.set &&
      one.writable === other.writable &&
      one.configurable === other.configurable &&
      one.enumerable === other.enumerable
    );
  }

  const listeners = new Map();

  function keepWorld() {
    // What is not awaited is not closed when a run ends, and cannot all be found again.
    spoilOnUnref(net.Server.prototype);
    spoilOnUnref(Object.getPrototypeOf(setImmediate(() => {})));
    process.eventNames().forEach(name => listeners.set(name, process.rawListeners(name)));
    // Javet's Node.js comes without Intl.
    ['JSON', 'Math', 'Reflect', 'Intl', 'Atomics', 'console'].filter(name => global[name]).forEach(name => keep(global[name]));
    [Object.getPrototypeOf(Int8Array), Object.getPrototypeOf(function* () {})].forEach(object => keep(object));
    keep(Module);
    keep(timers);
    keep(promises);
    keep(http);
    keep(net);
    keep(global);
    keep(process);
    const channels = require('diagnostics_channel');
    channels.subscribe('net.client.socket', message => note(message.socket));
    channels.subscribe('net.server.socket', message => note(message.socket));
  }

  function spoilOnUnref(prototype) {
    const unref = prototype.unref;
    hide(prototype, 'unref', function () {
      spoilt = true;
      return unref.call(this);
    });
  }

  function note(socket) {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  }

  /** Clears away what the run has left; false if the worker is not fit for another one. */
  function clear() {
    live.forEach(timer => real.clearTimeout(timer));
    live.clear();
    sockets.forEach(socket => {
      socket.removeAllListeners();
      socket.on('error', () => {});
      socket.destroy();
    });
    sockets.clear();
    process.eventNames().forEach(name => {
      const before = listeners.get(name) || [];
      process.rawListeners(name).filter(listener => before.indexOf(listener) < 0).forEach(listener => process.removeListener(name, listener));
    });
    Object.keys(Module._cache).forEach(name => delete Module._cache[name]);
    http.globalAgent = freshAgent();
    process.exitCode = undefined;
    return restore() && !spoilt;
  }

  /** As Node.js 6 has it: a connection for each request. */
  function freshAgent() {
    return new http.Agent();
  }

  function environment() {
    Object.keys(process.env).forEach(name => {
      if (!(name in given.env)) {
        delete process.env[name];
      }
    });
    Object.keys(given.env).forEach(name => {
      if (process.env[name] !== given.env[name]) {
        process.env[name] = given.env[name];
      }
    });
    process.argv = [process.execPath, main];
  }

  // ---- Runs ----------------------------------------------------------------------------------------------------------------------------------

  const emit = process.emit;

  // A run ends when Node.js has nothing left to wait for; a worker for one run ends with it, by itself.
  if (again) {
    process.emit = function (name) {
      const heard = emit.apply(process, arguments);
      if (name === 'beforeExit' && runs && process.getActiveResourcesInfo().length === 0) {
        end();
      }
      return heard;
    };
  }

  function end() {
    runs = false;
    const code = process.exitCode || 0;
    emit.call(process, 'exit', code);
    if (code !== 0) {
      port.postMessage({ failed: 'the script ended with exit code ' + code });
    }
    port.postMessage({ done: clear() ? 'fit' : 'spoilt' });
    port.ref();
  }

  http.globalAgent = freshAgent();
  if (again) {
    keepWorld();
  }

  port.on('message', message => {
    if (!runs && message && typeof message.run === 'string') {
      runs = true;
      runStarted = platformMillis();
      environment();
      port.unref();
      loadSource(main, message.run);
    }
  });
})();
