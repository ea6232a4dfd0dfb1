// A process that sends requests in many ways, right and wrong, and prints what it saw of each: with the package (`traced` as
// argument) it must see what it sees without. How many requests carried headers of ours stands on the other output.
import { subscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import http from 'node:http';
import https from 'node:https';
import { setTimeout as wait } from 'node:timers/promises';

const seen = [];
const say = (...facts) => seen.push(facts);

if (process.argv[2] === 'traced') {
  const Throughline = await import('../../dist/node.js');
  Throughline.init({
    dsn: 'http://public@127.0.0.1:9/1',
    tracesSampleRate: 1,
    integrations: [Throughline.httpIntegration({ incoming: false })],
    transport: () => ({ send: async () => ({}), flush: async () => true }),
  });
  // What is done below is done in a span.
  Throughline.startSpanManual({ name: 'root' }, () => setImmediate(work));
} else setImmediate(work);

const OURS = ['sentry-trace', 'baggage'];
let traced = 0;

const server = http.createServer(async (request, response) => {
  let body = '';
  for await (const chunk of request) body += chunk;
  const names = request.rawHeaders.filter((_, at) => at % 2 === 0 && !OURS.includes(request.rawHeaders[at]));
  if (request.headers['sentry-trace']) traced++;
  response.setHeader('x-names', names.join());
  if (request.url === '/moved') response.writeHead(307, { location: '/there' });
  response.end(`${request.method} ${body}`);
});
server.on('checkContinue', (_request, response) => {
  response.writeContinue();
  response.end('continued');
});

/** What the application's own listeners on Node's channels are told. */
const told = {};
for (const name of [
  'http.client.request.start',
  'http.client.response.finish',
  'undici:request:create',
  'undici:request:headers',
  'undici:request:trailers',
  'undici:request:error',
]) {
  subscribe(name, (message) => {
    told[name] = (told[name] ?? 0) + 1;
    told[`${name} keys`] = Object.keys(message).join();
  });
}

/** What is seen of a request by `node:http`. */
async function ask(what, send) {
  try {
    const sent = send();
    const events = [];
    const emit = sent.emit;
    sent.emit = function (...args) {
      events.push(args[0]);
      return Reflect.apply(emit, this, args);
    };
    const listeners = ['response', 'error', 'timeout', 'socket'].map((name) => sent.listenerCount(name));
    say(what, sent.constructor.name, sent.method, sent.path, sent.writableEnded, listeners);
    const [response] = await once(sent, 'response');
    let body = '';
    response.setEncoding('utf8');
    for await (const chunk of response) body += chunk;
    if (!sent.closed && !sent.destroyed) await once(sent, 'close');
    say(what, response.statusCode, body, response.headers['x-names'], events);
  } catch (error) {
    say(what, 'failed', error.name, error.code, error.message);
  }
}

async function work() {
  for (const [name, module] of Object.entries({ http, https })) {
    for (const method of ['request', 'get']) {
      const made = module[method];
      say(name, method, made.name, made.length, typeof made, `${made}`, Object.keys(made));
      say(Object.getOwnPropertyDescriptor(module, method).enumerable, 'prototype' in made);
    }
    say(name, Object.keys(module));
  }
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  const url = `http://127.0.0.1:${port}/path`;
  const { get, request } = http;
  await ask('get', () => http.get(url));
  await ask('get without `this`', () => get(url));
  await ask('get of another `this`', () => get.call({ own: true }, url));
  await ask('request', () => http.request(url).end());
  await ask('request without `this`', () => request(url, { method: 'POST' }).end('body'));
  await ask('a callback only', () => {
    const sent = http.get({ port, host: '127.0.0.1' }, (response) => say('called', response.statusCode));
    return sent;
  });
  await ask('a list of headers', () =>
    http.get(url, { headers: ['Host', `127.0.0.1:${port}`, 'X-One', '1', 'X-One', '2'] }),
  );
  await ask('100-continue', () =>
    http.request(url, { method: 'PUT', headers: { expect: '100-continue' } }).end(),
  );
  await ask('names of headers', () => http.get(url, { headers: { 'X-Own': 'a', 'x-OTHER': ['b', 'c'] } }));
  await ask('no address', () => http.get('no address'));
  await ask('no argument', () => http.get());
  await ask('a number', () => http.request(7));
  await ask('another protocol', () => http.get('https://127.0.0.1/'));
  await ask('a wrong header', () => http.get(url, { headers: { 'x-own': '\n' } }));
  await ask('a wrong path', () => http.get({ port, host: '127.0.0.1', path: '/ a' }));
  await ask('a wrong method', () => http.get(url, { method: 'A B' }));
  await ask('a closed port', () => http.get({ port: 1, host: '127.0.0.1' }));
  await ask('a getter that throws', () =>
    http.get({
      port,
      get host() {
        throw new RangeError('of the application');
      },
    }),
  );
  await ask('new ClientRequest', () => new http.ClientRequest(url).end());
  await ask('a time limit', () => http.get(url, { timeout: 60_000 }));
  const agent = new http.Agent({ keepAlive: true });
  for (const turn of [1, 2]) await ask(`an agent, ${turn}`, () => http.get(url, { agent }));
  say(Object.keys(agent.freeSockets).length, Object.keys(agent.sockets).length);
  agent.destroy();

  for (const [what, args] of Object.entries({
    text: () => [url],
    init: () => [url, { method: 'POST', body: 'body', headers: { 'X-Own': 'own' } }],
    URL: () => [new URL(url)],
    Request: () => [new Request(url, { method: 'PUT', body: 'body' })],
    moved: () => [url.replace('path', 'moved'), { method: 'POST', body: 'body' }],
    manual: () => [url.replace('path', 'moved'), { redirect: 'manual' }],
    refused: () => [url.replace('path', 'moved'), { redirect: 'error' }],
    'no address': () => ['no address'],
    nothing: () => [],
    data: () => ['data:text/plain,text'],
    'another scheme': () => ['ftp://127.0.0.1/'],
    'a wrong header': () => [url, { headers: { 'x-own': '\n' } }],
    aborted: () => [url, { signal: AbortSignal.abort() }],
    'a reason': () => [url, { signal: AbortSignal.abort(new RangeError('of the application')) }],
    'a closed port': () => ['http://127.0.0.1:2/'],
  })) {
    try {
      const response = await fetch(...args());
      say(what, response.status, response.url.replace(port, ''), response.redirected, response.type);
      say(what, await response.text(), response.headers.get('x-names'));
    } catch (error) {
      say(what, 'failed', error.name, error.message, error.cause?.code, error.cause?.message);
    }
  }
  await wait(1);
  say(told);
  // Nobody listens for this error: the process hears of it, as ever.
  process.once('uncaughtException', (error) => {
    say('uncaught', error.code);
    server.closeAllConnections();
    server.close();
    const port = new RegExp(`\\b${server.address()?.port ?? '\\d{5}'}\\b`, 'g');
    console.error(traced);
    console.log(
      JSON.stringify(seen, null, 1)
        .replace(port, 'PORT')
        .replace(/:\d{5}\b/g, ':PORT'),
    );
  });
  http.get({ port: 1, host: '127.0.0.1' });
}
