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
  const original = attempt(() => owner.fetch);
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

  // A page may have locked its `fetch`: then requests stay as they are.
  attempt(() => {
    owner.fetch = wrapper;
  });
  return () => {
    live = false;
    attempt(() => {
      if (owner.fetch === wrapper) owner.fetch = original;
    });
  };
}

/** What an `init` may say beside headers (Fetch, section 5.4, `RequestInit`). */
const MEMBERS = [
  ...['method', 'body', 'referrer', 'referrerPolicy', 'mode', 'credentials', 'cache', 'redirect'],
  ...['integrity', 'keepalive', 'signal', 'duplex', 'priority', 'window'],
];

/** Of a `data:` URL only the beginning is recorded; the rest may have megabytes. */
const DATA_CHARACTERS = 200;

/** By what it has, because a request of another frame, or a polyfill's, is no instance of our class. */
function requestOf(input) {
  return typeof input === 'object' && input && typeof input.url === 'string' && input.url ? input : undefined;
}

/** Method, URL and whether the mode forbids headers, as `fetch` itself will read them. */
function describe([input, init]) {
  const request = requestOf(input);
  const method = String(init?.method ?? request?.method ?? 'GET').toUpperCase();
  const url = request ? request.url : String(input);
  const mode = init?.mode ?? request?.mode;
  return [method, url.startsWith('data:') ? url.slice(0, DATA_CHARACTERS) : url, mode === 'no-cors'];
}

/** The arguments with our headers in a copied `init`; the page's own objects are never written to. */
function withHeaders(args, [sentryTrace, baggage, traceparent], merge) {
  const [input, init, ...rest] = args;
  const request = requestOf(input);
  // `fetch` rejects these, and so it shall.
  if (init?.headers === null) return args;
  const given = readable(init?.headers);
  // An iterator that we have read is empty for `fetch`: what we read goes on in its place.
  const unchanged = given === init?.headers ? args : [input, { ...copy(init), headers: given }, ...rest];
  let headers;
  try {
    // `Headers` reads every form: headers, pairs, objects; names in any case.
    headers = new Headers(given ?? request?.headers);
  } catch {
    return unchanged;
  }
  // Somebody continues a trace by hand: theirs is theirs.
  if (headers.get('sentry-trace')) return unchanged;
  headers.set('sentry-trace', sentryTrace);
  if (traceparent && !headers.has('traceparent')) headers.set('traceparent', traceparent);
  if (baggage) {
    const theirs = headers.get('baggage');
    const merged = theirs ? merge(theirs, baggage) : baggage;
    if (merged) headers.set('baggage', merged);
  }
  const copied = { ...copy(init), headers };
  if (request && !says(init)) {
    // An `init` that says anything makes `fetch` forget these two of the request (Fetch, Request constructor,
    // step 14). The page gave none, so that they must stay.
    copied.referrer = request.referrer;
    copied.referrerPolicy = request.referrerPolicy;
  }
  return [input, copied, ...rest];
}

/** Headers that can be read again and again: what can be iterated only once becomes pairs. */
function readable(headers) {
  if (headers === undefined || headers instanceof Headers || Array.isArray(headers)) return headers;
  if (typeof headers[Symbol.iterator] !== 'function') return headers;
  try {
    return Array.from(headers, (pair) => (typeof pair === 'object' ? [...pair] : pair));
  } catch (error) {
    // `fetch` must meet the same error.
    const fail = () => {
      throw error;
    };
    return { [Symbol.iterator]: fail };
  }
}

/** A copy of an `init`. `fetch` reads inherited members too, as of a `Request` in its place; a spread does not. */
function copy(init) {
  const copied = { ...init };
  for (const name of MEMBERS) if (init && !(name in copied) && name in init) copied[name] = init[name];
  return copied;
}

/** Whether an `init` has any member. */
function says(init) {
  return Boolean(init) && [...MEMBERS, 'headers'].some((name) => init[name] !== undefined);
}

function size(response) {
  return attempt(() => Number.parseInt(response.headers.get('content-length'), 10)) || 0;
}

function settle(end, key, status, bytes) {
  // The page's request matters, ours does not.
  attempt(() => end(key, typeof status === 'number' ? status : -1, bytes));
}

function attempt(code) {
  try {
    return code();
  } catch {
    return undefined;
  }
}
