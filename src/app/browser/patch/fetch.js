// Replaces `fetch` of a page, safe by construction: whatever fails in here, the original is called with what the
// page gave, and its answer reaches the page. A snippet of the Rust package cannot import, so this file stands
// alone; its guard stands beside the one in js/values/attempt.ts.

/**
 * Wraps `owner.fetch`. Three callbacks decide:
 *
 * - `start(call)` hears of a request before it is sent, and answers with a plan: `key`, `headers` (sentry-trace,
 *   baggage and traceparent) and, if `end` is to be called whatever they are, `span`. Nothing: none of our business.
 * - `merge(theirs, ours)` answers with the baggage to send, or nothing to leave theirs alone.
 * - `end(plan, call, response, error)` hears how it went. `plan.carries` says whether it carried our headers.
 *
 * @returns {() => void} stops: restores the original, or passes through if somebody wrapped us since
 */
export function patchFetch(owner, { start, merge, end }) {
  return wrap(owner, 'fetch', (target, self, args) => {
    const call = { method: 'GET', url: undefined, noCors: false, args, init: args[1], request: undefined };
    let plan;
    let given = args;
    try {
      if (describe(call)) {
        given = call.args;
        plan = start(call);
        given = plan?.headers ? withHeaders(call, plan, merge) : unread(call);
      }
    } catch {
      given = call.args;
    }
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

/** The same for the core itself: callbacks take and answer with texts and numbers. */
export function patchFetchForCore(owner, start, merge, end) {
  return patchFetch(owner, {
    start({ method, url, noCors }) {
      const text = start(method, url, noCors);
      if (!text) return undefined;
      // Span key (0 for none), and the values of headers, a line each.
      const [key, ...headers] = text.split('\n');
      return { key: Number(key), headers: headers.length ? headers : undefined, carries: false };
    },
    merge,
    end: ({ key }, _call, response) => {
      if (key) end(key, statusOf(response), sizeOf(response));
    },
  });
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
 * Reads method, URL and mode as `fetch` itself will read them. What has no place in it, and what can be read only
 * once, is noted in `call.args`. Answers whether there is a request at all.
 */
export function describe(call) {
  const { args, init } = call;
  // `fetch` refuses all these, and so it shall.
  if (!args.length || typeof args[0] === 'symbol') return false;
  if (init !== undefined && init !== null && Object(init) !== init) return false;
  call.url = shortened(urlOf(call, args[0]));
  call.method = String(init?.method ?? call.request?.method ?? 'GET').toUpperCase();
  call.noCors = (init?.mode ?? call.request?.mode) === 'no-cors';
  return true;
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

/** What an `init` may say beside headers (Fetch, section 5.4, `RequestInit`). */
const MEMBERS = [
  ...['method', 'body', 'referrer', 'referrerPolicy', 'mode', 'credentials', 'cache', 'redirect'],
  ...['integrity', 'keepalive', 'signal', 'duplex', 'priority', 'window'],
];

/** The arguments with our headers in a copied `init`; the page's own objects are never written to. */
function withHeaders(call, plan, merge) {
  const [sentryTrace, baggage, traceparent] = plan.headers;
  const { init, request } = call;
  const given = theirs(call);
  // `fetch` rejects these, and so it shall.
  if (given === null) return call.args;
  let headers;
  if (given === undefined && !request) {
    headers = { 'sentry-trace': sentryTrace };
    if (baggage) headers.baggage = baggage;
    if (traceparent) headers.traceparent = traceparent;
    plan.carries = true;
    return [call.args[0], init ? copy(init, headers) : { headers }, ...call.args.slice(2)];
  }
  try {
    // `Headers` reads every form: headers, pairs, objects; names in any case.
    headers = new Headers(given ?? request?.headers);
  } catch {
    return unread(call);
  }
  // Somebody continues a trace by hand: theirs is theirs.
  if (headers.get('sentry-trace')) return unread(call);
  headers.set('sentry-trace', sentryTrace);
  if (traceparent && !headers.has('traceparent')) headers.set('traceparent', traceparent);
  if (baggage) {
    const old = headers.get('baggage');
    const merged = old ? merge(old, baggage) : baggage;
    if (merged) headers.set('baggage', merged);
  }
  const copied = copy(init, headers);
  if (request && !says(init)) {
    // An `init` that says anything makes `fetch` forget these two of the request (Fetch, Request constructor,
    // step 14). The page gave none, so that they must stay.
    copied.referrer = request.referrer;
    copied.referrerPolicy = request.referrerPolicy;
  }
  plan.carries = true;
  return [call.args[0], copied, ...call.args.slice(2)];
}

/** The headers that the page gave in `init`, in a form that can be read again and again. */
export function theirs(call) {
  if (!('given' in call)) {
    call.raw = call.init?.headers;
    call.given = readable(call.raw);
  }
  return call.given;
}

/** The arguments as they were. An iterator that we have read is empty for `fetch`: what we read takes its place. */
function unread(call) {
  if (call.given === call.raw) return call.args;
  return [call.args[0], copy(call.init, call.given), ...call.args.slice(2)];
}

/** Headers that can be read again and again: what can be iterated only once becomes pairs. */
function readable(headers) {
  if (Object(headers) !== headers || headers instanceof Headers || Array.isArray(headers)) return headers;
  if (typeof headers[Symbol.iterator] !== 'function') return headers;
  try {
    return Array.from(headers, (pair) => (typeof pair === 'object' ? [...pair] : pair));
  } catch (error) {
    // `fetch` must meet the same error.
    return { [Symbol.iterator]: () => fail(error) };
  }
}

/**
 * A copy of an `init` with other headers. `fetch` reads inherited members too, as of a `Request` in its place; a
 * spread does not, and would read the headers once more.
 */
function copy(init, headers) {
  const copied = {};
  if (init) {
    for (const name of new Set([...Object.keys(init), ...MEMBERS])) {
      if (name !== 'headers' && name in init) copied[name] = init[name];
    }
  }
  copied.headers = headers;
  return copied;
}

/** Whether an `init` has any member. */
function says(init) {
  return Boolean(init) && [...MEMBERS, 'headers'].some((name) => init[name] !== undefined);
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
