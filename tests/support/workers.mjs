// Workers of every kind that do one piece of work for a page: in the trace that it hands over they send requests, and tell what
// the server heard.

/** The kinds of workers, and the ways in which their scripts are loaded. */
export const KINDS = ['dedicated', 'shared', 'service'];
export const WAYS = ['classic', 'module'];

/** What a worker does, after the package has come as `T`. It stands alone, because it runs as a text. */
function program(T, options) {
  T.init({ ...options, integrations: [T.browserTracingIntegration()] });
  const byXhr = (url) =>
    new Promise((resolve) => {
      const xhr = new XMLHttpRequest();
      xhr.open('GET', url);
      xhr.onload = () => resolve(JSON.parse(xhr.response));
      xhr.send();
    });
  const byFetch = async (url) => (await fetch(url)).json();
  const work = (task) =>
    T.continueTrace(task, () =>
      T.startSpan({ name: 'work', op: 'task' }, (span) => {
        const { url, elsewhere } = task;
        const requests = [byFetch(url), byFetch(elsewhere)];
        // A service worker has none.
        if (typeof XMLHttpRequest === 'function') T.withActiveSpan(span, () => requests.push(byXhr(url)));
        return Promise.all(requests);
      }),
    );
  const run = async (task) => {
    const heard = await work(task);
    return { heard, isFlushed: await T.flush(10_000) };
  };
  // The ways in which the kinds are spoken to.
  if ('SharedWorkerGlobalScope' in globalThis) {
    globalThis.onconnect = ({ ports: [port] }) => {
      port.onmessage = async ({ data }) => port.postMessage(await run(data));
    };
  } else if ('ServiceWorkerGlobalScope' in globalThis) {
    globalThis.onmessage = (event) =>
      event.waitUntil(run(event.data).then((said) => event.source.postMessage(said)));
  } else {
    globalThis.onmessage = async ({ data }) => postMessage(await run(data));
  }
}

/** The script of such a worker, with what to call `init` with. */
export function scriptOf(way, options) {
  const start = `(${program})(T, ${JSON.stringify(options)});`;
  return way === 'module'
    ? `import * as T from '/index.js';\n${start}`
    : `importScripts('/throughline.min.js');\nconst T = Throughline;\n${start}`;
}

/**
 * Starts a worker of a kind, in the page: answers with a function that gives it a task and waits for what it says. It stands
 * alone, because it runs as a text.
 */
export async function openWorker(kind, way, path) {
  const type = { type: way };
  if (kind === 'service') {
    const registration = await navigator.serviceWorker.register(path, type);
    const worker = registration.installing ?? registration.active;
    return (task) =>
      new Promise((resolve) => {
        navigator.serviceWorker.addEventListener('message', ({ data }) => resolve(data), { once: true });
        navigator.serviceWorker.startMessages();
        worker.postMessage(task);
      });
  }
  const port = kind === 'shared' ? new SharedWorker(path, type).port : new Worker(path, type);
  return (task) =>
    new Promise((resolve) => {
      port.onmessage = ({ data }) => resolve(data);
      port.postMessage(task);
    });
}
