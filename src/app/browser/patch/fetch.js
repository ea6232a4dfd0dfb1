// Replaces `fetch` of a page, safe by construction: whatever fails in here, the original is called with what the
// page gave, and its answer reaches the page. Beside the module of a Rust application there is nothing but this file and
// xhr.js, so that this one imports nothing; its guard stands beside the one in js/values/attempt.ts.

/**
 * Wraps `owner.fetch`. Three callbacks decide:
 *
 * - `start(call)` hears of a request before it is sent (what it wants to know beside the URL it must {@link read}), and answers
 *   with a plan: `key`, `headers` (sentry-trace, baggage, traceparent and tracestate) and, if `end` is to be called whatever they are, `span`.
 *   Nothing: none of our business.
 * - `merge(theirs, ours)` answers with the baggage to send, or nothing to leave theirs alone.
 * - `end(plan, call, response, error)` hears how it went. `plan.carries` says whether it carried our headers.
 *
 * @returns {() => void} stops: restores the original, or passes through if somebody wrapped us since
 */
export function patchFetch(owner, { start, merge, end }) {
  return wrap(owner, 'fetch', (target, self, args) => {
    const call = { args, init: args[1] };
    let plan;
    attempt(() => {
      if (describe(call)) plan = start(call);
      if (plan?.headers) addHeaders(call, plan, merge);
    });
    const { args: given } = call;
    if (!plan || !(plan.key || plan.span || plan.carries)) return Reflect.apply(target, self, given);
    call.refused = true;
    const settle = (response, error) => {
      attempt(() => end(plan, call, response, error));
    };
    let answer;
    try {
      answer = Reflect.apply(target, self, given);
    } catch (error) {
      settle(undefined, error);
      throw error;
    }
    if (typeof attempt(() => answer.then) !== 'function') {
      settle();
      return answer;
    }
    // The derived promise, not a side branch: a rejection that nobody handles stays one.
    const derived = attempt(() =>
      answer.then(
        (response) => {
          settle(response);
          return response;
        },
        (error) => {
          settle(undefined, error);
          throw error;
        },
      ),
    );
    if (!derived) return answer;
    // What the browser refuses unsent is rejected already, and its handler above stands before this one in line.
    Promise.resolve().then(() => {
      call.refused = false;
    });
    // What somebody gave their promise beside `then`, the `abort` of a cancellable one, say.
    attempt(() => {
      for (const name in answer) {
        attempt(() => {
          if (!(name in derived)) derived[name] = answer[name];
        });
      }
    });
    return derived;
  });
}

/**
 * The same for the core itself: callbacks take and answer with texts and numbers. `broke(href, redirectedTo)` hears of a
 * request that our headers may have broken.
 */
export function patchFetchForCore(owner, start, merge, end, broke) {
  return patchFetch(owner, {
    start(call) {
      const { args } = call;
      read(call);
      const plan = planOf(call, call.noCors, false, start);
      // None of our business: the very same arguments.
      if (!plan) call.args = args;
      return plan;
    },
    merge,
    end(plan, call, response, error) {
      const { key, href } = plan;
      if (key) end(key, statusOf(response), sizeOf(response), 0);
      const url = response?.url ?? '';
      if (response ? hasMoved(plan, url) : hasFailed(plan, call, error)) broke(href, url);
    },
  });
}

/** What the core says about a request. */
export function planOf({ method, url, body }, noCors, isXhr, start) {
  const text = isEnvelope(body) ? '' : (start(method, url, noCors, isXhr) ?? '');
  // Span key (0 for none), address, and the values of headers, a line each.
  const [first, href, ...headers] = text.split('\n');
  const key = Number(first);
  if (!key && !headers.length) return undefined;
  return { key, href, headers: headers.length ? headers : undefined, carries: false };
}

/** Whether a `fetch` has failed in a way of which our headers may be the reason. */
export function hasFailed({ carries }, { refused, init, request }, error) {
  if (!carries || refused) return false;
  return attempt(
    () => error.name === 'TypeError' && !(init?.signal ?? request?.signal)?.aborted && !isOffline(),
  );
}

/** Whether a request that carried our headers was answered by another origin, which did not expect them. */
export function hasMoved({ carries, href }, url) {
  if (!carries || !url || url === href) return false;
  return attempt(() => new URL(url).origin !== new URL(href).origin);
}

/** Whether the network is known to be away. */
export function isOffline() {
  return navigator.onLine === false;
}

/**
 * Replaces a method; `apply` is called in its place with the original, `this` and the arguments.
 *
 * @returns {() => void} stops: restores the original, or passes through if somebody wrapped us since
 */
export function wrap(owner, name, apply) {
  const original = attempt(() => owner[name]);
  if (typeof original !== 'function') return () => {};
  let live = true;
  // A proxy keeps name, length and whatever properties the original has.
  const wrapper = new Proxy(original, {
    apply: (target, self, args) => (live ? apply : Reflect.apply)(target, self, args),
    get(target, member) {
      const value = Reflect.get(target, member);
      if (member !== 'toString' || value !== Function.prototype.toString) return value;
      // Whoever prints a function to see whether it is native sees what it was.
      return new Proxy(value, {
        apply: (print, self) => Reflect.apply(print, self === wrapper ? target : self, []),
      });
    },
  });
  // A page may have locked its method: then requests stay as they are.
  attempt(() => {
    owner[name] = wrapper;
  });
  return () => {
    live = false;
    attempt(() => {
      if (owner[name] === wrapper) owner[name] = original;
    });
  };
}

/** The status of a response; -1 for none. */
export function statusOf(response) {
  const status = attempt(() => response.status);
  return typeof status === 'number' ? status : -1;
}

/** How many bytes a response says that it has. */
export function sizeOf(response) {
  return attempt(() => Number.parseInt(response.headers.get('content-length'), 10)) || 0;
}

/** Of a `data:` URL only the beginning is recorded; the rest may have megabytes. */
const DATA_CHARACTERS = 200;

/** A URL as far as it is recorded. */
export function shortened(url) {
  return /^\s*data:/i.test(url) ? url.slice(0, DATA_CHARACTERS) : url;
}

/**
 * Reads the URL as `fetch` itself will read it; what that can do only once is noted in `call.args`. Answers whether there is
 * a request at all.
 */
export function describe(call) {
  const { args, init } = call;
  // `fetch` refuses all these, and so it shall.
  if (!args.length || typeof args[0] === 'symbol') return false;
  if (init !== undefined && init !== null && Object(init) !== init) return false;
  call.url = shortened(urlOf(call, args[0]));
  return true;
}

/** Reads method, mode and body. An `init` is read once, and `fetch` is given what was read. */
export function read(call) {
  if (call.method) return;
  const { args, init, request } = call;
  if (init) {
    call.init = copy(init);
    call.args = [args[0], call.init, ...args.slice(2)];
  }
  const { method, mode, body } = call.init ?? {};
  call.method = String(method ?? request?.method ?? 'GET').toUpperCase();
  // What a document loads itself, navigations among it, has a destination where a service worker hears of it: it never carries
  // our headers, and would be another request as a copy.
  call.noCors = (mode ?? request?.mode) === 'no-cors' || Boolean(request?.destination);
  call.body = body;
}

function urlOf(call, input) {
  if (typeof input === 'string') return input;
  // Reading the attribute is what its `toString` does.
  if (isUrl(input)) return input.href;
  if (typeof input === 'object' && input && typeof input.url === 'string' && input.url) {
    // By what it has, because a request of another frame, or a polyfill's, is no instance of our class.
    call.request = input;
    return input.url;
  }
  // Code of the page, which shall run once: `fetch` is given what it answered with.
  const rest = call.args.slice(1);
  try {
    const url = `${input}`;
    call.args = [url, ...rest];
    return url;
  } catch (error) {
    call.args = [{ toString: () => fail(error) }, ...rest];
    throw error;
  }
}

/** Whether an object is a URL that is printed as the browser prints it. */
export function isUrl(value) {
  return attempt(() => value instanceof URL && value.toString === URL.prototype.toString);
}

/** What `fetch` reads of an `init` (Fetch, section 5.4, `RequestInit`), in its order; which that is the browser tells. */
let members;

/** A copy of an `init`, of which each member was read once and by its name, as `fetch` does it: a proxy may say nothing else. */
function copy(init) {
  if (!members) {
    members = [];
    attempt(() => new Request('data:,', new Proxy({}, { get: (_, name) => void members.push(name) })));
  }
  const copied = {};
  const define = (name, descriptor) => Object.defineProperty(copied, name, descriptor);
  for (const name of members) {
    try {
      const value = init[name];
      if (value !== undefined) copied[name] = value;
    } catch (error) {
      // `fetch` must meet the same error.
      return define(name, { get: () => fail(error) });
    }
  }
  // What is there for others who wrap `fetch`, unread.
  attempt(() => {
    for (const name of Object.keys(init)) {
      if (!members.includes(name)) define(name, Object.getOwnPropertyDescriptor(init, name));
    }
  });
  return copied;
}

/** Adds our headers to the arguments; the page's own objects are never written to. */
function addHeaders(call, plan, merge) {
  const [sentryTrace, baggage, traceparent, tracestate] = plan.headers;
  const given = theirs(call);
  const { args, init, request } = call;
  const set = given === undefined ? request?.headers : given;
  // `Headers` reads every form: headers, pairs, objects; names in any case. What it refuses `fetch` refuses, and so it shall.
  const headers = set === undefined ? undefined : new Headers(set);
  // Somebody continues a trace by hand: theirs is theirs.
  if (headers?.get('sentry-trace')) return;
  const ours = new Map([['sentry-trace', sentryTrace]]);
  const old = headers?.get('baggage');
  const merged = baggage && old ? merge(old, baggage) : baggage;
  if (merged) ours.set('baggage', merged);
  // The two belong together: beside a `traceparent` of the page ours would be wrong.
  if (traceparent && !headers?.has('traceparent')) {
    ours.set('traceparent', traceparent);
    if (tracestate && !headers?.has('tracestate')) ours.set('tracestate', tracestate);
  }
  // A decoder that the page has replaced may answer with anything; `fetch` would refuse the request.
  for (const one of ours) if (/[^\t -\xff]/.test(one[1])) return;
  if (given === undefined && request) {
    // Its names are as the page has written them only in another request: whoever reads them finds small letters.
    const copied = new Request(request, init);
    const isSame = copied.url === request.url;
    // A request of somebody's own making, which the browser has printed: that one is sent, unless its body is in the copy now.
    if (!isSame && !request.bodyUsed) return;
    call.args = [copied, undefined, ...args.slice(2)];
    if (!isSame) return;
    for (const [name, value] of ours) copied.headers.set(name, value);
  } else {
    // Ours already: a copy.
    const own = init ?? {};
    own.headers = joined(given, headers, ours);
    call.args = [args[0], own, ...args.slice(2)];
  }
  plan.carries = true;
}

/** The headers of a page (`read` is what the browser reads in them) with ours, in the form that they had. */
function joined(given, read, ours) {
  if (given instanceof Headers) {
    for (const [name, value] of ours) read.set(name, value);
    return read;
  }
  const isList = Array.isArray(given);
  const pairs = (isList ? given : Object.entries(given ?? {})).flatMap(([name, value]) => {
    const key = name.toLowerCase();
    const own = ours.get(key);
    if (own === undefined) return [[name, value]];
    // It stands where the page has the first of that name.
    ours.set(key, '');
    return own ? [[name, own]] : [];
  });
  for (const one of ours) if (one[1]) pairs.push(one);
  return isList ? pairs : Object.fromEntries(pairs);
}

/** The headers that the page gave in `init`, in a form that can be read again and again. */
export function theirs(call) {
  read(call);
  const { init } = call;
  if (init?.headers && !call.given) {
    call.given = true;
    init.headers = readable(init.headers);
  }
  return init?.headers;
}

/** Headers of which each was read and printed once. */
function readable(headers) {
  if (Object(headers) !== headers || headers instanceof Headers) return headers;
  const printed = (pair) => (Object(pair) === pair ? Array.from(pair, (text) => `${text}`) : pair);
  try {
    return typeof headers[Symbol.iterator] === 'function'
      ? Array.from(headers, printed)
      : Object.fromEntries(Object.entries(headers).map(printed));
  } catch (error) {
    // `fetch` must meet the same error.
    return { [Symbol.iterator]: () => fail(error) };
  }
}

/** As long as its first line may be where a body is looked at, in characters. */
const ENVELOPE_HEADER = 4000;

/** Whether a body is an envelope of any SDK on its way through a tunnel, which finds the DSN in its first line. */
export function isEnvelope(body) {
  const bytes = body instanceof Uint8Array ? body.subarray(0, ENVELOPE_HEADER) : [];
  const text = typeof body === 'string' ? body.slice(0, ENVELOPE_HEADER) : String.fromCharCode(...bytes);
  return /^\{[^\n]*"dsn":"[^\n]*\}\n\{"/.test(text);
}

function fail(error) {
  throw error;
}

/** Runs code whose failure must not reach the page. */
export function attempt(code) {
  try {
    return code();
  } catch {
    return undefined;
  }
}
