// What stands in for parts of a page in the tests of the edge. One file, and not one per test: the server of
// wasm-bindgen's runner lets a fifth connection wait for ever when five arrive at once, and a browser opens one for
// each module that it imports: also one for each file of src/app/browser/patch/, but with the feature `no-modules`.

const native = globalThis.fetch;
const nativeXhr = globalThis.XMLHttpRequest;

/** Gives the page what it had of its own back. */
export function restore() {
  globalThis.fetch = native;
  globalThis.XMLHttpRequest = nativeXhr;
}

/**
 * Stands in for the network.
 * @param {number} status of every answer
 * @param {unknown} fail what every call is rejected with, if anything
 * @returns {unknown[][]} the arguments of every call
 */
export function standIn(status, fail) {
  const calls = [];
  globalThis.fetch = function fetch(...args) {
    calls.push(args);
    return fail ? Promise.reject(fail) : Promise.resolve(new Response('', { status }));
  };
  return calls;
}

/** Stands in for a network that takes its time with each answer. Answers as {@link standIn} does. */
export function answerLater() {
  const calls = [];
  globalThis.fetch = function fetch(...args) {
    calls.push(args);
    return new Promise((resolve) => {
      setTimeout(() => resolve(new Response('')), calls.length % 5);
    });
  };
  return calls;
}

/** The events among what was sent, as texts. */
export function eventBodies(calls) {
  const bodies = calls.map(([, init]) => init?.body).filter((body) => typeof body === 'string');
  return bodies.filter((body) => body.includes('"type":"transaction"')).map((body) => body.split('\n')[2]);
}

/**
 * Compares each span that was sent with the parent that its name demands, `1.2` for `1.2.3`, and the header of each
 * request with the span that times it.
 * @returns {string} how many spans and requests there are, or what is wrong
 */
export function readTrees(calls) {
  const wrong = [];
  let spans = 0;
  const timed = new Map();
  for (const body of eventBodies(calls)) {
    const { contexts, spans: children, transaction } = JSON.parse(body);
    const places = new Map([[contexts.trace.span_id, transaction]]);
    for (const { span_id, description } of children) places.set(span_id, description.split('/').at(-1));
    spans += places.size;
    for (const { span_id, parent_span_id, description } of children) {
      const place = places.get(span_id);
      const parent = places.get(parent_span_id);
      if (parent !== place.slice(0, place.lastIndexOf('.'))) wrong.push(`${place} is a child of ${parent}`);
      if (description.startsWith('GET ')) timed.set(place, span_id);
    }
  }
  const requests = calls.filter(([url]) => String(url).startsWith('/api/'));
  for (const call of requests) {
    const place = String(call[0]).split('/').at(-1);
    const [, sent] = headerOf(call, 'sentry-trace').split('-');
    if (sent !== timed.get(place)) wrong.push(`${place} carried ${sent}`);
  }
  return wrong.length ? wrong.slice(0, 10).join('\n') : `${spans} spans, ${requests.length} requests`;
}

/** What code of the page throws. */
export function caught(code) {
  try {
    code();
    return 'nothing';
  } catch (error) {
    return String(error);
  }
}

/** Stands in for a network beyond which no server allows our headers. Answers as {@link standIn} does. */
export function refuse() {
  const calls = [];
  globalThis.fetch = function fetch(...args) {
    calls.push(args);
    const isRefused = headerOf(args, 'sentry-trace') !== null;
    // As a browser, after the preflight: never at once.
    return new Promise((resolve, reject) => {
      setTimeout(() => (isRefused ? reject(new TypeError('Failed to fetch')) : resolve(new Response(''))));
    });
  };
  return calls;
}

/** Stands in for a network in which each request is led to another URL. Answers as {@link standIn} does. */
export function redirect(url) {
  const calls = [];
  globalThis.fetch = function fetch(...args) {
    calls.push(args);
    return Promise.resolve(Object.defineProperty(new Response(''), 'url', { value: url }));
  };
  return calls;
}

/** As {@link refuse}, for `XMLHttpRequest`; each call is one object: `method`, `url`, `headers`. */
export function refuseXhr() {
  const calls = [];
  globalThis.XMLHttpRequest = class XMLHttpRequest extends EventTarget {
    get readyState() {
      return this.state ?? 0;
    }
    get status() {
      return this.answered ?? 0;
    }
    get responseURL() {
      return this.status ? new URL(this.url, location.href).href : '';
    }
    set onreadystatechange(handler) {
      this.addEventListener('readystatechange', handler);
    }
    get onreadystatechange() {
      return null;
    }
    open(method, url) {
      Object.assign(this, { method, url, state: 1, answered: 0, headers: {} });
      this.dispatchEvent(new Event('readystatechange'));
    }
    setRequestHeader(name, value) {
      this.headers[name] = value;
    }
    send() {
      const { method, url, headers } = this;
      calls.push({ method, url, headers });
      setTimeout(() => {
        const isRefused = 'sentry-trace' in headers;
        Object.assign(this, { state: 4, answered: isRefused ? 0 : 204 });
        this.dispatchEvent(new Event('readystatechange'));
        // A handler may have begun the next request.
        if (this.state === 4)
          for (const type of [isRefused ? 'error' : 'load', 'loadend']) this.dispatchEvent(new Event(type));
      });
    }
    abort() {}
  };
  return calls;
}

/** Keeps the warnings of the console; the function that it answers with ends that, and says which there were. */
export function hearWarnings() {
  const own = console.warn;
  const heard = [];
  console.warn = (text) => void heard.push(text);
  return () => {
    console.warn = own;
    return heard;
  };
}

/** Evaluates code of a page. A rejection that the test does not await must not fail the runner. */
export function run(code) {
  const result = new Function(`return (${code})`)();
  if (result instanceof Promise) result.catch(() => {});
  return result;
}

/** What the browser would send for these arguments of `fetch`. */
export function headerOf([input, init], name) {
  return new Request(input, init).headers.get(name);
}

/** Options of a transport, of which one throws as it is read. */
export function options() {
  return {
    headers: { 'x-mine': '1' },
    fetchOptions: {
      credentials: 'omit',
      get broken() {
        throw 1;
      },
    },
  };
}

/** Calls back whenever random bytes are asked for; answers with what undoes that. */
export function replaceCrypto(callback) {
  const own = crypto.getRandomValues;
  crypto.getRandomValues = function (bytes) {
    callback();
    return own.call(this, bytes);
  };
  return () => {
    delete crypto.getRandomValues;
  };
}
