// What a page does in tests/browser/guest.test.mjs, once with and once without the package. Each deed answers with
// what the page can see of it.

/** @param {{ own: string, open: string, closed: string }} servers the page's own origin; one that allows; one that does not */
export async function work({ own, open, closed }) {
  const seen = {};
  const note = async (name, deed) => {
    try {
      seen[name] = await deed();
    } catch (error) {
      seen[name] = `${error.constructor.name}: ${error.message}`;
    }
  };
  const answer = async (response) => [
    response.status,
    response.type,
    response.redirected,
    response.url.replace(/\?n=.*/, ''),
    await response.text(),
  ];
  const get = async (...args) => answer(await fetch(...args));

  await note('text', () => get('/plain'));
  await note('URL', () => get(new URL('/plain', own)));
  await note('Request', () => get(new Request('/plain', { headers: { 'x-own': '1' } })));
  await note('Request with init', () => get(new Request('/echo-method'), { method: 'PUT', body: 'x' }));
  await note('body', () => get('/echo-body', { method: 'POST', body: new Blob(['blob']) }));
  await note('form', () => get('/echo-body', { method: 'POST', body: new URLSearchParams({ a: 'b' }) }));
  await note('used Request', async () => {
    const request = new Request('/echo-body', { method: 'POST', body: 'once' });
    const first = await get(request);
    return [first, request.bodyUsed, await get(request).catch((error) => error.name)];
  });
  await note('pairs', () => get('/plain', { headers: [['x-own', '1']] }));
  await note('one-shot headers', () => get('/plain', { headers: new Map([['x-own', '1']]).entries() }));
  await note('odd headers', () => get('/plain', { headers: { 'not a name': '1' } }));
  await note('null headers', () => get('/plain', { headers: null }));
  await note('headers that are a text', () => get('/plain', { headers: '' }));
  await note('odd method', () => get('/plain', { method: 'TRACE' }));
  await note('GET with a body', () => get('/plain', { body: 'x' }));
  await note('no URL', () => get('http://'));
  await note('no arguments', () => fetch());
  await note('credentials in the URL', () => get(new URL('/plain', own.replace('//', '//user:pass@'))));
  await note('404', () => get('/status/404'));
  await note('500', () => get('/status/500'));
  await note('204', () => get('/status/204'));
  await note('redirect', () => get('/redirect?to=/plain'));
  await note('manual redirect', () => get('/redirect?to=/plain', { redirect: 'manual' }));
  await note('forbidden redirect', () => get('/redirect?to=/plain', { redirect: 'error' }));
  await note('redirect to an origin that allows', () => get(`/redirect?to=${open}/plain`));
  await note('broken connection', () => get('/broken'));
  await note('broken body', async () => (await fetch('/half')).text());
  await note('stream', async () => {
    const response = await fetch('/stream');
    const reader = response.body.getReader();
    let text = '';
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      text += new TextDecoder().decode(part.value);
    }
    return [text, response.bodyUsed];
  });
  await note('abort', async () => {
    const abort = new AbortController();
    const pending = fetch('/never', { signal: abort.signal });
    abort.abort(new Error('enough'));
    return get(await pending);
  });
  await note('timeout', () => get('/never', { signal: AbortSignal.timeout(50) }));
  await note('aborted before', () => get('/plain', { signal: AbortSignal.abort() }));
  await note('keepalive', () => get('/plain', { keepalive: true }));
  await note('integrity', () => get('/plain', { integrity: 'sha256-AAAA' }));
  await note('data', () => get('data:text/plain,hello'));
  await note('blob', async () => (await fetch(URL.createObjectURL(new Blob(['blob'])))).text());
  await note('same-origin mode', () => get(`${open}/plain`, { mode: 'same-origin' }));
  await note('open', () => get(`${open}/plain`));
  await note('open, with own headers', () => get(`${open}/plain`, { headers: { 'x-own': '1' } }));
  await note('closed', () => get(`${closed}/plain`));
  await note('closed, with own headers', () => get(`${closed}/plain`, { headers: { 'x-own': '1' } }));
  await note('closed, no-cors', () => get(`${closed}/plain`, { mode: 'no-cors' }));
  await note('signed', () => get(`${closed}/plain?X-Amz-Signature=1`));
  await note('beacon', () => navigator.sendBeacon('/plain', 'x'));
  await note('frame', async () => {
    const frame = document.body.appendChild(document.createElement('iframe'));
    const response = await frame.contentWindow.fetch(`${own}/plain`);
    const text = await response.text();
    frame.remove();
    return text;
  });
  await note('unhandled', async () => {
    const rejection = new Promise((resolve) =>
      addEventListener(
        'unhandledrejection',
        (event) => {
          event.preventDefault();
          resolve([event.reason.name, event.reason.message, event.promise instanceof Promise]);
        },
        { once: true },
      ),
    );
    fetch('/broken');
    return rejection;
  });

  const xhr = (method, url, prepare = () => {}, body = undefined, async = true) =>
    new Promise((resolve) => {
      const request = new XMLHttpRequest();
      const events = [];
      for (const name of ['loadstart', 'abort', 'error', 'timeout', 'load', 'loadend']) {
        request.addEventListener(name, () => events.push(name));
      }
      const states = [];
      request.onreadystatechange = () => states.push(request.readyState);
      request.open(method, url, async);
      prepare(request);
      const done = () => resolve([request.status, request.responseText, request.responseURL, events, states]);
      request.addEventListener('loadend', done);
      request.send(body);
      if (!async) done();
    });
  await note('xhr', () => xhr('GET', '/plain'));
  await note('xhr POST', () =>
    xhr('POST', '/echo-body', (request) => request.setRequestHeader('X-Own', '1'), 'x'),
  );
  await note('xhr 500', () => xhr('GET', '/status/500'));
  await note('xhr sync', () => xhr('GET', '/plain', undefined, undefined, false));
  await note('xhr broken', () => xhr('GET', '/broken'));
  await note('xhr timeout', () => xhr('GET', '/never', (request) => Object.assign(request, { timeout: 50 })));
  await note('xhr abort', () => xhr('GET', '/never', (request) => setTimeout(() => request.abort(), 20)));
  await note('xhr closed', () => xhr('GET', `${closed}/plain`));
  await note('xhr open', () => xhr('GET', `${open}/plain`));
  await note('xhr redirect', () => xhr('GET', `/redirect?to=${open}/plain`));
  await note('xhr unsent', () => new XMLHttpRequest().send());
  await note('xhr odd method', () => new XMLHttpRequest().open('TRACE', '/plain'));
  await note('xhr header too early', () => new XMLHttpRequest().setRequestHeader('a', 'b'));
  await note('xhr reused', async () => {
    const request = new XMLHttpRequest();
    const statuses = [];
    for (const path of ['/plain', '/status/404', '/plain']) {
      request.open('GET', path);
      await new Promise((resolve) => {
        request.onloadend = resolve;
        request.send();
      });
      statuses.push(request.status);
    }
    return statuses;
  });
  // Who hears of the states in which order: h sets a handler, n none, l adds a listener, o opens, a aborts, s sends.
  for (const way of 'hols ohls olhs lohs lhos lohls hools hoalos hoslos holsols ohlsos lohsnhlos'.split(
    ' ',
  )) {
    await note(`xhr order ${way}`, async () => {
      const request = new XMLHttpRequest();
      const heard = [];
      const hears = (name) => () => heard.push(`${name} ${request.readyState}`);
      const deeds = {
        h: (at) => {
          request.onreadystatechange = hears(`h${at}`);
        },
        n: () => {
          request.onreadystatechange = null;
        },
        l: (at) => request.addEventListener('readystatechange', hears(`l${at}`)),
        o: () => request.open('GET', '/plain'),
        a: () => request.abort(),
        s: () =>
          new Promise((resolve) => {
            request.onloadend = resolve;
            request.send();
          }),
      };
      for (const [at, deed] of [...way].entries()) await deeds[deed](at);
      return heard;
    });
  }

  await note('history', () => {
    history.pushState({ a: 1 }, '', '/pushed?a=1');
    history.replaceState({ b: 2 }, '', '#hash');
    history.pushState(null, '');
    return [location.pathname, location.search, location.hash, history.state, history.length];
  });
  await note('odd history', () => history.pushState({}, '', 'https://other.test/'));
  await note('history without arguments', () => history.pushState());
  await note('history that cannot be cloned', () => history.pushState(() => {}, ''));

  const shape = (owner, name) => {
    const { value, ...rest } = Object.getOwnPropertyDescriptor(owner, name);
    return [rest, value.name, value.length, String(value), Object.keys(value)];
  };
  await note('shapes', () => [
    shape(globalThis, 'fetch'),
    shape(XMLHttpRequest.prototype, 'open'),
    shape(XMLHttpRequest.prototype, 'send'),
    shape(XMLHttpRequest.prototype, 'setRequestHeader'),
    shape(History.prototype, 'pushState'),
    shape(History.prototype, 'replaceState'),
    Object.keys(history),
    Object.keys(new XMLHttpRequest()),
  ]);
  return seen;
}
