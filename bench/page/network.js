// Runs before everything else in pages that measure: a network that answers at once, so that what is measured is the
// SDK and not the wire. What goes to the sink is kept if the page wants to look at it, and counted always.
globalThis.network = { keeps: false, bodies: [], sent: 0, requests: 0, headers: 0, took: () => {} };

{
  const take = (body) => {
    network.sent += 1;
    if (network.keeps) network.bodies.push(body);
    network.took();
  };

  const fetch = (input, init) => {
    const url = typeof input === 'string' ? input : (input.url ?? String(input));
    if (url.includes('/sink/')) take(init?.body ?? input);
    else network.requests += 1;
    return Promise.resolve(new Response('{}', { status: 200 }));
  };
  // `@sentry/browser` takes a `fetch` that is not the browser's own for a wrapper, and gets itself another one
  // from a new frame: past this.
  fetch.toString = () => 'function fetch() { [native code] }';
  globalThis.fetch = fetch;

  navigator.sendBeacon = (_url, body) => {
    take(body);
    return true;
  };

  // A body that is larger than `fetch` keeps alive goes by XMLHttpRequest in Elastic's agent. It is counted and goes
  // on to the real sink.
  const { open, send } = XMLHttpRequest.prototype;
  const sinks = new WeakSet();
  XMLHttpRequest.prototype.open = function (method, url, ...rest) {
    if (String(url).includes('/sink/')) sinks.add(this);
    return open.call(this, method, url, ...rest);
  };
  XMLHttpRequest.prototype.send = function (body) {
    if (sinks.has(this)) take(body);
    return send.call(this, body);
  };
}
