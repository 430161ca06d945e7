'use strict';

// Small programs that say what they see: run with highland itself and with Coalmine's subset, they must say the same. A program gives back a
// stream, of which all errors and values are shown, or shows something itself.

// Time goes on only when the programs have nothing else to do, so that no stall of the machine changes what comes first.
let now = 0;
let immediates = 0;
let timers = [];
let going = false;
const immediately = setImmediate;
const goOn = () => {
  if (immediates === 0 && timers.length > 0) {
    const next = timers.reduce((first, timer) => (timer.at < first.at ? timer : first));
    timers = timers.filter(timer => timer !== next);
    now = next.at;
    next.run();
  }
  going = timers.length > 0;
  if (going) {
    immediately(goOn);
  }
};
global.setImmediate = run => {
  immediates++;
  immediately(() => {
    immediates--;
    run();
  });
};
global.setTimeout = (run, millis) => {
  const timer = { at: now + Math.max(millis, 1), run };
  timers.push(timer);
  if (!going) {
    going = true;
    immediately(goOn);
  }
  return timer;
};
global.clearTimeout = timer => {
  timers = timers.filter(other => other !== timer);
};
global.Date = class extends Date {
  constructor() {
    super(now);
  }
  static now() {
    return now;
  }
};

const _ = require('highland');
const EventEmitter = require('events');
const { Readable, Transform, Writable } = require('stream');

const later = (millis, value) => _(push => setTimeout(() => finish(push, null, value), millis));
const fails = millis => _(push => setTimeout(() => finish(push, new Error('after ' + millis)), millis));
const finish = (push, error, value) => {
  push(error, value);
  push(null, _.nil);
};
const sum = (one, other) => one + other;
// Fails when it is called for the second time.
const second = f => {
  let calls = 0;
  return (one, other) => {
    calls++;
    if (calls === 2) {
      throw new Error('second');
    }
    return f(one, other);
  };
};
const broken = () => _([1, 2, 3]).map(second(x => x));

const programs = {
  // What streams are made of, and when things happen.
  'it answers at once': show => {
    show('before');
    _([1, 2]).each(x => show(x)).done(() => show('done'));
    show('after');
  },
  'a generator': () => _((push, next) => finish(push, null, 1)),
  'a generator that is asked again': () => {
    let n = 0;
    return _((push, next) => {
      push(null, ++n);
      if (n < 3) {
        setTimeout(next, 1);
      } else {
        push(null, _.nil);
      }
    });
  },
  'a generator that goes on with another': () =>
    _((push, next) => {
      push(null, 1);
      next(_([2, 3]));
    }),
  'a generator without an end': () => {
    let n = 0;
    return _((push, next) => {
      push(null, n++);
      next();
    })
      .take(5000)
      .reduce(sum, 0);
  },
  'a promise': () => _(Promise.resolve([1, 2])),
  'a promise that is rejected': () => _(Promise.reject(new Error('no'))),
  'a set': () => _(new Set([1, 2])),
  'a map': () => _(new Map([[1, 2]])),
  'an iterator that returns': () =>
    _(
      (function* () {
        yield 1;
        return 2;
      })()
    ),
  'an iterator that throws': () =>
    _(
      (function* () {
        yield 1;
        throw new Error('thrown');
      })()
    ),
  'a number': () => _(5),
  nothing: () => _(null),
  'an object': () => _({ a: 1 }),
  'a stream': show => {
    const stream = _([1]);
    show(_(stream) === stream, _.isStream(stream), _.isStream([]));
  },
  'events': show => {
    const emitter = new EventEmitter();
    _('x', emitter).each(x => show(x));
    _('x', emitter, ['a', 'b']).each(x => show(x));
    emitter.emit('x', 1, 2);
    emitter.emit('x', 3, 4);
  },
  'a readable of Node.js': () => {
    const readable = new Readable({ objectMode: true, read() {} });
    [1, 2, null].forEach(x => readable.push(x));
    return _(readable);
  },
  'written to': show => {
    const stream = _();
    show(stream.write(0));
    stream.each(x => show(x)).done(() => show('done'));
    show(stream.write(1));
    stream.end();
  },
  'written to after its end': () => {
    const stream = _();
    stream.end();
    stream.write(1);
  },
  'static makers': () => _([_.of(1), _.keys({ a: 1 }), _.values({ a: 2 }), _.pairs({ a: 3 }), _.fromError(new Error('made'))]).sequence(),
  'wrapped callbacks': () => {
    const adds = _.wrapCallback((x, callback) => setTimeout(() => callback(null, x + 1), 1));
    const breaks = _.wrapCallback((x, callback) => callback(new Error('called')));
    return _([adds(1), breaks(1)]).sequence();
  },
  'a wrapped method': () => {
    const object = { value: 3, get: _.wrapCallback(function (callback) { callback(null, this.value); }) };
    return object.get();
  },
  'operations as functions': () =>
    _([_.map(x => x * 2)([1, 2]), _.map(x => x * 3, [1, 2]), _.take(1, [7, 8]), _.reduce(sum, 0, [1, 2]), _.collect([1])]).sequence(),

  // One value at a time.
  map: () => _([1, 2]).map(x => x + 1),
  'map that throws': () => broken(),
  'filter and reject': () => _([1, 2, 3, 4]).filter(x => x > 1).reject(x => x === 3),
  'filter that throws': () => _([1, 2, 3]).filter(second(() => true)),
  'doto and tap': show => _([1, 2]).doto(x => show('doto', x)).tap(x => show('tap', x)),
  'doto that throws': () => _([1, 2, 3]).doto(second(() => {})),
  find: () => _([1, 2, 3]).find(x => x > 1),
  'head of nothing': () => _([]).head(),
  'head, last': () => _([_([1, 2]).head(), _([1, 2]).last()]).sequence(),
  'last of what fails': () => broken().last(),
  'last that is undefined': () => _([undefined]).last(),
  take: () => _([_([1, 2, 3]).take(2), _([1]).take(0), _([1]).take(5)]).sequence(),
  'take of what fails': () => broken().take(2),
  drop: () => _([_([1, 2, 3]).drop(1), _([1]).drop(3)]).sequence(),
  slice: () => _([_([1, 2, 3, 4]).slice(1, 3), _([1, 2]).slice(1), _([1]).slice(0, 0)]).sequence(),
  'slice of what fails': () => broken().slice(1, 2),
  compact: () => _([0, 1, '', null, 2]).compact(),
  'falsy values': () => _([0, null, undefined, false, '']).map(x => x),
  uniq: () => _([1, 1, 2, '1', NaN, NaN]).uniq(),
  uniqBy: () => _([1, 2, 3]).uniqBy((a, b) => a % 2 === b % 2),
  'pluck, pick': () => _([_([{ a: 1 }, {}]).pluck('a'), _([{ a: 1, b: 2 }, { c: 1 }]).pick(['a', 'z'])]).sequence(),
  'where, findWhere': () => _([_([{ a: 1, b: 1 }, { a: 2 }]).where({ a: 1 }), _([{ a: 2 }, { a: 2, b: 1 }]).findWhere({ a: 2 })]).sequence(),
  invoke: () => _(['a']).invoke('concat', ['b']),
  flatFilter: () => _([1, 2, 3]).flatFilter(x => _([x > 1])),
  intersperse: () => _([_([1, 2]).intersperse(0), _([]).intersperse(0)]).sequence(),
  split: () => _([_(['a\r\nb', '\nc\n']).split(), _(['abc']).splitBy('-'), _([]).split()]).sequence(),
  scan: () => _([_([1, 2, 3]).scan(sum, 0), _([1, 2, 3]).scan1(sum)]).sequence(),
  'scan that throws': () => _([_([1, 2, 3]).scan(second(sum), 0), _([1, 2, 3, 4]).scan1(second(sum))]).sequence(),

  // All values.
  collect: () => _([_([1, 2]).collect(), _([]).collect(), broken().collect()]).sequence(),
  reduce: () => _([_([1, 2, 3]).reduce(sum, 0), _([]).reduce(sum, 0), _([1, 2]).reduce1(sum), _([]).reduce1(sum)]).sequence(),
  'reduce that throws': () => _([_([1, 2, 3]).reduce(second(sum), 0), _([1, 2, 3]).reduce1(second(sum)), broken().reduce(sum, 0)]).sequence(),
  'reduce with its arguments exchanged': () => _([1]).reduce(0, sum),
  group: () => _([_([1, 2, 3]).group(x => x % 2), _([{ k: 'a' }, { k: 'b' }]).group('k')]).sequence(),
  sort: () => _([_([3, 1, 10]).sort(), _([3, 1, 2]).sortBy((a, b) => b - a)]).sequence(),
  batch: () => _([_([1, 2, 3]).batch(2), _([]).batch(2), broken().batch(2)]).sequence(),
  toArray: show => _([1, 2]).toArray(x => show(x)),
  toCallback: show => {
    const callback = (error, x) => show(error && error.message, x);
    [_([1]), _([]), _([1, 2]), _.fromError(new Error('failed'))].forEach(stream => stream.toCallback(callback));
  },
  'pulled by hand': show => {
    const stream = _([1]);
    stream.pull((error, x) => {
      show(error, x);
      stream.pull((none, end) => show(none, end === _.nil));
    });
  },
  'pulled, then mapped': show => {
    const stream = _([1, 2, 3]);
    stream.pull((error, x) => show(x));
    return stream.map(x => x * 2);
  },

  // Errors.
  errors: () => broken().errors((error, push) => push(null, error.message)),
  'errors that are passed on': () => broken().errors((error, push) => push(error)),
  'errors that throw': () =>
    broken()
      .errors(() => {
        throw new Error('again');
      })
      .toArray(() => {}),
  stopOnError: () => broken().stopOnError((error, push) => push(null, error.message)),
  'an error passes what is behind it': () => broken().map(x => x * 2).filter(() => true).batch(2),
  'an error that nobody handles, in each': show => broken().each(x => show(x)),
  'an error that nobody handles, in done': show => broken().each(x => show(x)).done(() => show('done')),
  'an error that nobody handles, in toArray': show => broken().toArray(x => show(x)),
  'each that throws': () =>
    _([1]).each(() => {
      throw new Error('each');
    }),
  'a generator that throws': () =>
    _(() => {
      throw new Error('generator');
    }),

  // Several streams.
  flatMap: () => _([1, 2]).flatMap(x => _([x, x * 10])),
  'flatMap, later': () => _([1, 2]).flatMap(x => later(10 - x, x)),
  'flatMap of arrays, promises and numbers': () => _([[1], _(Promise.resolve(2)), 3]).flatMap(x => x),
  'flatMap of promises': () => _([1]).flatMap(x => Promise.resolve(x)),
  'flatMap that throws': () => _([1, 2, 3]).flatMap(second(x => _([x]))),
  'flatMap of many': () => _(Array.from({ length: 3000 }, (none, i) => i)).flatMap(x => _([x])).reduce(sum, 0),
  'flatMap of what is written': () => {
    const stream = _();
    setTimeout(() => {
      stream.write(1);
      stream.write(2);
      stream.end();
    }, 1);
    return stream.flatMap(x => later(3, x));
  },
  sequence: () => _([_([1]), _([2, [3]]), later(1, 4), fails(1), _([])]).sequence(),
  'sequence of what is no stream': () => _([1, _([2])]).sequence(),
  series: () => _([_([1]), _([2])]).series(),
  flatten: () => _([1, [2, [3]], _([4, _([5])])]).flatten(),
  merge: () => _([_([1, 2, 3]), _([4]), _([5, 6])]).merge(),
  'merge, later': () => _([later(60, 1), fails(30), later(5, 3)]).merge(),
  'merge of nothing': () => _([_([]).merge(), _([_([]), _([])]).merge()]).sequence(),
  'merge, in part': () => _([_([1, 2, 3]), _([4, 5])]).merge().take(2),
  mergeWithLimit: () => _([_([_([1, 2]), _([3])]).mergeWithLimit(1), _([later(60, 1), later(30, 2), later(5, 3)]).mergeWithLimit(2)]).sequence(),
  parallel: () => _([later(60, 1), later(30, 2), fails(5), later(1, 4)]).parallel(2),
  'parallel starts in time': show => {
    const task = (millis, name) =>
      _(push => {
        show('starts', name);
        setTimeout(() => {
          show('ends', name);
          finish(push, null, name);
        }, millis);
      });
    return _([task(80, 'a'), task(30, 'b'), task(100, 'c')]).parallel(2);
  },
  'parallel, in part': () => _([later(30, 1), later(5, 2), later(1, 3)]).parallel(3).take(1),
  'parallel of what fails': () => _([1, 2, 3]).map(second(x => later(5, x))).parallel(2),
  'parallel of what is no stream': () => _([_([1]), 2]).parallel(2),
  'parallel of none at a time': () => _([_([1])]).parallel(0),
  concat: () => _([1]).append(2).concat([3]).concat(_.fromError(new Error('concat'))),
  otherwise: () => _([_([]).otherwise([1]), _([2]).otherwise([3]), _([]).otherwise(() => _([4])), _.fromError(new Error('x')).otherwise([5])]).sequence(),
  zip: () => _([_([1, 2]).zip(_(['a', 'b'])), _([1, 2, 3]).zip(['a']), _([1]).zip([1, 2]), _([1]).zip(later(1, 2))]).sequence(),
  'a stream that is read twice': () => {
    const stream = _([1, 2]);
    stream.map(x => x);
    return stream.map(x => x);
  },
  fork: show => {
    const stream = broken();
    const forks = [stream.fork(), stream.fork()];
    forks.forEach((fork, i) => fork.errors(error => show(i, error.message)).each(x => show(i, x)));
  },
  'fork of which one stops': show => {
    const stream = _([1, 2, 3, 4]);
    const forks = [stream.fork().take(2), stream.fork()];
    forks.forEach((fork, i) => fork.toArray(x => show(i, x)));
  },
  observe: show => {
    const stream = _([1, 2]);
    stream.observe().map(x => x * 10).each(x => show('seen', x));
    stream.each(x => show(x));
  },
  consume: () =>
    _([1, 2]).consume((error, x, push, next) => {
      if (error || x === _.nil) {
        push(error, x);
      } else {
        push(null, x);
        push(null, x * 10);
        next();
      }
    }),
  through: () => _([1, 2]).through(stream => stream.map(x => x + 1)),
  'through a transform of Node.js': () =>
    _([1, 2]).through(
      new Transform({
        objectMode: true,
        transform(x, encoding, callback) {
          callback(null, x + 1);
        },
      })
    ),
  pipe: show => {
    const write = (x, encoding, callback) => {
      show('written', x);
      callback();
    };
    _([1, 2]).pipe(new Writable({ objectMode: true, write }).on('finish', () => show('finished')));
  },
  'pipe into a stream': () => {
    const target = _();
    _([1, 2]).pipe(target);
    return target;
  },

  // Time.
  'resume and pause': show => {
    const stream = _([1, 2, 3]).doto(x => {
      show(x);
      if (x === 2) {
        stream.pause();
        setTimeout(() => {
          show('resumed');
          stream.resume();
        }, 5);
      }
    });
    stream.resume();
  },
  'resume of what fails': () => broken().resume(),
  destroy: show => {
    const stream = _((push, next) =>
      setTimeout(() => {
        push(null, 1);
        next();
      }, 1)
    );
    let n = 0;
    stream.each(x => {
      show(x);
      n++;
      if (n === 2) {
        stream.destroy();
      }
    });
  },
  ratelimit: () => _([1, 2, 3, 4]).ratelimit(2, 10),
  throttle: () => {
    const stream = _();
    setTimeout(() => {
      stream.write(1);
      stream.write(2);
    }, 1);
    setTimeout(() => {
      stream.write(3);
      stream.end();
    }, 100);
    return stream.throttle(30);
  },
  debounce: () => _([1, 2, 3]).debounce(5),
};

const seen = {};
const text = value => (value === undefined ? 'undefined' : Number.isNaN(value) ? 'NaN' : JSON.stringify(value));

Object.keys(programs).forEach(name => {
  seen[name] = [];
  const show = function () {
    seen[name].push(Array.from(arguments).map(text).join(' '));
  };
  try {
    const stream = programs[name](show);
    if (_.isStream(stream) && !/^(an error that nobody|each that)/.test(name)) {
      stream
        .errors(error => show('error', error.message))
        .each(x => show(x))
        .done(() => show('end'));
    }
  } catch (thrown) {
    seen[name].push('thrown ' + thrown.message);
  }
});

process.once('beforeExit', () => Object.keys(seen).forEach(name => console.log(name + ': ' + seen[name].join(', '))));
