/*
 * Makes a Node.js that lives inside a JVM safe for somebody else's script, and gives the script the platform's time.
 *
 * An uncaught exception, an unhandled rejection or process.exit would end the whole process with all the other workflows in it; here they end the
 * run. Everything that waits or stamps does so in platform time. A run leaves nothing behind that the next one could see.
 */
(function (host, pace, modulePaths) {
  'use strict';

  var Module = require('module');
  var stream = require('stream');
  var timers = require('timers');
  var util = require('util');

  var FILE = '/usr/local/vamp/workflow.js';
  var real = {
    setTimeout: setTimeout, setInterval: setInterval, setImmediate: setImmediate,
    clearTimeout: clearTimeout, clearInterval: clearInterval, clearImmediate: clearImmediate,
    Date: Date
  };

  /* ---- the end of a run ---- */

  var over = true;
  function Exit(code) { this.code = code; }

  function end(code, reason) {
    if (!over) {
      over = true;
      host.end(code, reason);
    }
  }

  function fail(error) {
    if (error instanceof Exit) {
      end(error.code, error.code === 0 ? '' : 'exit code ' + error.code);
      return;
    }
    var text = error && error.stack ? String(error.stack) : 'Uncaught ' + util.inspect(error);
    say(text);
    var name = error && error.message ? String(error.name || 'Error') + ': ' + error.message : text;
    end(1, name.split('\n')[0]);
  }

  function exit(code) {
    throw new Exit(Number(code === undefined ? process.exitCode || 0 : code));
  }

  process.setUncaughtExceptionCaptureCallback(fail);
  // Node.js 6, which the real agent runs, only warns of a rejection that nobody handles.
  function warnOfRejection(reason) {
    say('UnhandledPromiseRejectionWarning: ' + (reason && reason.stack ? reason.stack : util.inspect(reason)));
  }
  ['exit', 'reallyExit', 'abort'].forEach(function (name) {
    Object.defineProperty(process, name, {
      value: name === 'abort' ? function () { exit(134); } : exit, writable: false, configurable: false
    });
  });
  var kill = process.kill;
  process.kill = function (pid, signal) {
    if (pid !== process.pid) {
      return kill.call(process, pid, signal);
    }
    exit(128 + 15);
  };
  Object.defineProperty(process, 'setUncaughtExceptionCaptureCallback', {
    value: function () { throw new Error('a workflow cannot capture uncaught exceptions'); }
  });

  /* ---- what it prints ---- */

  var rest = '';
  function say(text) {
    String(text).split('\n').forEach(function (line) { host.say(line); });
  }
  var output = new stream.Writable({
    decodeStrings: false,
    write: function (chunk, encoding, done) {
      var lines = (rest + chunk).split('\n');
      rest = lines.pop();
      lines.forEach(function (line) { host.say(line); });
      done();
    }
  });
  ['stdout', 'stderr'].forEach(function (name) {
    Object.defineProperty(process, name, { value: output, configurable: true });
  });
  globalThis.console = new console.Console({ stdout: output, stderr: output });

  /* ---- platform time ---- */

  var waiting = new Set();

  function scaled(set, repeating) {
    function start(action, delay) {
      var args = Array.prototype.slice.call(arguments, 2);
      var timer = set(function () {
        if (!repeating) {
          waiting.delete(timer);
        }
        action.apply(this, args);
      }, Math.max(1, Number(delay) || 1) / pace);
      waiting.add(timer);
      return timer;
    }
    return start;
  }
  function clearing(clear) {
    return function (timer) {
      waiting.delete(timer);
      clear(timer);
    };
  }
  var platformTimers = {
    setTimeout: scaled(real.setTimeout, false),
    setInterval: scaled(real.setInterval, true),
    clearTimeout: clearing(real.clearTimeout),
    clearInterval: clearing(real.clearInterval)
  };
  platformTimers.setTimeout[util.promisify.custom] = function (delay, value) {
    return new Promise(function (resolve) { platformTimers.setTimeout(resolve, delay, value); });
  };
  var timersPromises = require('timers/promises');
  timersPromises.setTimeout = platformTimers.setTimeout[util.promisify.custom];
  Object.keys(platformTimers).forEach(function (name) {
    globalThis[name] = platformTimers[name];
    timers[name] = platformTimers[name];
  });

  globalThis.Date = new Proxy(real.Date, {
    construct: function (target, args, newTarget) {
      return Reflect.construct(target, args.length === 0 ? [host.now()] : args, newTarget);
    },
    apply: function () { return new real.Date(host.now()).toString(); },
    get: function (target, name) {
      return name === 'now' ? function now() { return Math.floor(host.now()); } : Reflect.get(target, name);
    }
  });
  real.Date.prototype.constructor = globalThis.Date;

  /* ---- modules ---- */

  // What lies in the given folders is found first, from wherever it is required, save for a module's own dependencies.
  var nodeModulePaths = Module._nodeModulePaths;
  Module._nodeModulePaths = function (from) {
    var paths = nodeModulePaths(from);
    function isInside(path) {
      return modulePaths.some(function (folder) { return path !== folder && path.indexOf(folder) === 0; });
    }
    return paths.filter(isInside).concat(modulePaths, paths.filter(function (path) { return !isInside(path); }));
  };

  /* ---- runs ---- */

  // Wakes the event loop now and then, so that a kill is noticed; does not keep it alive.
  real.setInterval(function () {}, 20).unref();

  var pristine = {};
  Object.getOwnPropertyNames(globalThis).forEach(function (name) {
    pristine[name] = Object.getOwnPropertyDescriptor(globalThis, name);
  });
  var ownHandles = new Set(process._getActiveHandles());

  return {
    /** Starts a run; the script's first turn is the event loop's. */
    run: function (script, names, values) {
      over = false;
      rest = '';
      process.exitCode = undefined;
      process.env = {};
      names.forEach(function (name, i) { process.env[name] = values[i]; });
      process.on('unhandledRejection', warnOfRejection);
      real.setImmediate(function () {
        var module = new Module(FILE, null);
        module.filename = FILE;
        module.paths = modulePaths.slice();
        try {
          module._compile(script, FILE);
        } catch (error) {
          fail(error);
        }
      });
    },

    /** The exit code of a run whose event loop has nothing left to do. */
    exitCode: function () {
      return Number(process.exitCode || 0);
    },

    /** Ends what a run has left behind; answers whether the next one would find everything as this one did. */
    tidy: function () {
      over = true;
      if (rest) {
        host.say(rest);
        rest = '';
      }
      waiting.forEach(function (timer) { real.clearTimeout(timer); });
      waiting.clear();
      process.removeAllListeners();
      require('http').globalAgent.destroy();
      require('https').globalAgent.destroy();
      process._getActiveHandles().forEach(function (handle) {
        if (!ownHandles.has(handle)) {
          (handle.destroy || handle.close || function () {}).call(handle);
        }
      });
      Object.keys(require.cache).concat(Object.keys(Module._cache)).forEach(function (name) {
        delete require.cache[name];
        delete Module._cache[name];
      });
      Object.getOwnPropertyNames(globalThis).forEach(function (name) {
        if (!pristine[name]) {
          delete globalThis[name];
        }
      });
      Object.keys(pristine).forEach(function (name) {
        var now = Object.getOwnPropertyDescriptor(globalThis, name);
        if (!now || now.value !== pristine[name].value || now.get !== pristine[name].get) {
          Object.defineProperty(globalThis, name, pristine[name]);
        }
      });
      return process._getActiveRequests().length === 0;
    }
  };
})
