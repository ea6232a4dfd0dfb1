// What stands in for parts of a page in the tests of the edge. One file, and not one per test: the server of
// wasm-bindgen's runner lets a fifth connection wait for ever when five arrive at once, and a browser opens one for
// each module that it imports.

const native = globalThis.fetch;

/** Gives the page its own `fetch` back. */
export function restore() {
  globalThis.fetch = native;
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
