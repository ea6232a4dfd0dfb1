// A service of a chain of services: by `throughline/node` or by `@sentry/node`, as its first argument says. It asks the next one,
// whose URL is its second argument if there is one, by `fetch` or by `node:http` as the path says, and answers with what each of
// them received. It says on its output where it listens.
import http from 'node:http';

const [sdk, next, dsn, rate, ...more] = process.argv.slice(2);
const options = {
  dsn,
  tracesSampleRate: rate === 'none' ? undefined : Number(rate),
  ...JSON.parse(more[0] ?? '{}'),
};
const handle = await (sdk === 'sentry' ? bySentry() : byThroughline());

async function bySentry() {
  const Sentry = await import('@sentry/node');
  Sentry.init({ traceLifecycle: 'static', ...options });
  // It traces what comes in by itself.
  return (_request, work) => work();
}

async function byThroughline() {
  const { continueTrace, httpIntegration, init, startSpan } = await import('../../dist/node.js');
  init({ ...options, integrations: [httpIntegration({ incoming: false })] });
  return (request, work) => {
    const { 'sentry-trace': sentryTrace, baggage } = request.headers;
    const name = `${request.method} ${request.url}`;
    return continueTrace({ sentryTrace, baggage }, () => startSpan({ name, op: 'http.server' }, work));
  };
}

/** The members of others, which a service passes on itself. */
const others = (baggage = '') => baggage.split(',').filter((one) => one && !one.trim().startsWith('sentry-'));

function ask(url, path, headers) {
  if (path === '/fetch') return fetch(`${url}${path}`, { headers }).then((response) => response.json());
  return new Promise((resolve, reject) => {
    const sent = http.get(`${url}${path}`, { headers }, async (response) => {
      let body = '';
      for await (const chunk of response) body += chunk;
      resolve(JSON.parse(body));
    });
    sent.on('error', reject);
  });
}

const server = http.createServer((request, response) =>
  handle(request, async () => {
    const { 'sentry-trace': trace, baggage } = request.headers;
    const passed = others(baggage).join(',');
    const below = next ? await ask(next, request.url, passed ? { baggage: passed } : {}) : [];
    response.end(JSON.stringify([{ sdk, trace, baggage }, ...below]));
  }),
);
server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}`));
