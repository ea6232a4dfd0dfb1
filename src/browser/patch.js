// Replaces methods of the page, safe by construction: whatever fails in here, the original is called with
// the very arguments that the page gave, and its answer reaches the page. A snippet cannot import, so this
// guard stands beside the one in js/guard.ts.

/**
 * Wraps `owner.fetch`.
 *
 * `start(method, url, noCors)` answers with four lines (span key, sentry-trace, baggage, traceparent) or
 * nothing; `merge(theirs, ours)` with the baggage to send, or nothing to leave theirs alone;
 * `end(key, status, size)` hears how it went, with status -1 for a request that failed.
 *
 * @returns {() => void} stops: restores the original, or passes through if somebody wrapped us since
 */
export function patchFetch(owner, start, merge, end) {
  const original = owner.fetch;
  if (typeof original !== 'function') return () => {};
  let live = true;

  // A proxy keeps name, length and whatever properties the original has.
  const wrapper = new Proxy(original, {
    apply(target, self, args) {
      let key = 0;
      let call = args;
      if (live) {
        try {
          const plan = start(...describe(args));
          if (plan) {
            const [span, ...headers] = plan.split('\n');
            key = Number(span);
            if (headers[0]) call = withHeaders(args, headers, merge);
          }
        } catch {
          call = args;
        }
      }
      if (!key) return Reflect.apply(target, self, call);
      let answer;
      try {
        answer = Reflect.apply(target, self, call);
      } catch (error) {
        settle(end, key, -1, 0);
        throw error;
      }
      if (typeof answer?.then !== 'function') {
        settle(end, key, -1, 0);
        return answer;
      }
      // The derived promise, not a side branch: a rejection that nobody handles stays one.
      return answer.then(
        (response) => {
          settle(end, key, response?.status, size(response));
          return response;
        },
        (error) => {
          settle(end, key, -1, 0);
          throw error;
        },
      );
    },
  });

  owner.fetch = wrapper;
  return () => {
    live = false;
    if (owner.fetch === wrapper) owner.fetch = original;
  };
}

/** What an `init` may say beside headers (Fetch, section 5.4, `RequestInit`). */
const MEMBERS = [
  ...['method', 'body', 'referrer', 'referrerPolicy', 'mode', 'credentials', 'cache', 'redirect'],
  ...['integrity', 'keepalive', 'signal', 'duplex', 'priority', 'window'],
];

/** By its tag, because a request of another frame is no instance of our class. */
function isRequest(input) {
  return Object.prototype.toString.call(input) === '[object Request]';
}

/** Method, URL and whether the mode forbids headers, as `fetch` itself will read them. */
function describe([input, init]) {
  const request = isRequest(input) ? input : undefined;
  const method = String(init?.method ?? request?.method ?? 'GET').toUpperCase();
  const mode = init?.mode ?? request?.mode;
  return [method, request ? request.url : String(input), mode === 'no-cors'];
}

/** The arguments with our headers in a copied `init`; the page's own objects are never written to. */
function withHeaders(args, [sentryTrace, baggage, traceparent], merge) {
  const [input, init] = args;
  const request = isRequest(input) ? input : undefined;
  // `Headers` reads every form: headers, pairs, objects, iterables; names in any case.
  const headers = new Headers(init?.headers ?? request?.headers);
  const copied = { ...init, headers };
  // `fetch` reads inherited members too, as of a `Request` that is given as `init`; a spread does not.
  for (const name of MEMBERS) if (init && !(name in copied) && name in init) copied[name] = init[name];
  const oneShot = init?.headers && typeof init.headers.next === 'function';
  if (headers.get('sentry-trace')) {
    // Somebody continues a trace by hand: theirs is theirs. Headers that can be read only once are ours now.
    return oneShot ? [input, copied, ...args.slice(2)] : args;
  }
  headers.set('sentry-trace', sentryTrace);
  if (traceparent && !headers.has('traceparent')) headers.set('traceparent', traceparent);
  if (baggage) {
    const theirs = headers.get('baggage');
    const merged = theirs ? merge(theirs, baggage) : baggage;
    if (merged) headers.set('baggage', merged);
  }
  if (request) {
    // An `init` makes `fetch` forget these two of the request (Fetch, Request constructor, step 14).
    copied.referrer ??= request.referrer;
    copied.referrerPolicy ??= request.referrerPolicy;
  }
  return [input, copied, ...args.slice(2)];
}

function size(response) {
  try {
    return Number.parseInt(response.headers.get('content-length'), 10) || 0;
  } catch {
    return 0;
  }
}

function settle(end, key, status, bytes) {
  try {
    end(key, typeof status === 'number' ? status : -1, bytes);
  } catch {
    // The page's request matters, ours does not.
  }
}
