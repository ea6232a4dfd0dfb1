// A service as many are: each request is a span, in which something is looked up (a child) and another service is asked. Which SDK
// traces it says the first argument (`none`, `throughline`, `sentry`), its options the second, whom it asks the third. Its parent
// hears where it listens, and may ask for what it has used so far (`cpu`, in microseconds) or holds (`heap`, in bytes; needs
// `--expose-gc`), and to send what waits (`flush`).
import http from 'node:http';

const [sdk, options, next] = process.argv.slice(2);

/** Stands in for what both SDKs have, where there is none. */
const NONE = { startSpan: (_options, work) => work(), flush: async () => true };

async function start() {
  if (sdk === 'none') return NONE;
  const { default: _, ...module } = await import(sdk === 'sentry' ? '@sentry/node' : '../../dist/node.js');
  const integrations =
    sdk === 'sentry'
      ? [module.httpIntegration(), module.nativeNodeFetchIntegration()]
      : [module.httpIntegration()];
  module.init({
    ...JSON.parse(options),
    ...(sdk === 'sentry' && { defaultIntegrations: false, traceLifecycle: 'static' }),
    integrations,
  });
  return module;
}

const { continueTrace, flush, getActiveSpan, startSpan } = await start();

/** In a span for what came in, if the SDK has not begun one itself. */
function traced({ method, url, headers }, work) {
  if (sdk !== 'throughline' || getActiveSpan()) return work();
  const { 'sentry-trace': sentryTrace, baggage } = headers;
  const span = { name: `${method} ${url}`, op: 'http.server' };
  return continueTrace({ sentryTrace, baggage }, () => startSpan(span, work));
}

const agent = new http.Agent({ keepAlive: true });

function ask(url) {
  if (url.endsWith('/fetch')) return fetch(url).then((response) => response.text());
  return new Promise((resolve, reject) => {
    const sent = http.get(url, { agent }, (response) => response.resume().on('end', resolve));
    sent.on('error', reject);
  });
}

const server = http.createServer((request, response) =>
  traced(request, async () => {
    startSpan({ name: 'select orders', op: 'db.query' }, () => {});
    await ask(next + request.url);
    response.end('done');
  }),
);
server.keepAliveTimeout = 60_000;

const answers = {
  cpu() {
    const { user, system } = process.cpuUsage();
    return user + system;
  },
  heap() {
    global.gc();
    return process.memoryUsage().heapUsed;
  },
  flush: () => flush(),
};

process.on('message', async (what) => process.send({ [what]: await answers[what]() }));
process.on('disconnect', () => process.exit());
server.listen(0, '127.0.0.1', () => process.send({ url: `http://127.0.0.1:${server.address().port}` }));
