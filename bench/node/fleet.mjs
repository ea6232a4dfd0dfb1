// Services of bench/node/service.mjs, what they ask and send to, and many requests to them.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import http from 'node:http';
import { fileURLToPath } from 'node:url';

const SERVICE = fileURLToPath(new URL('service.mjs', import.meta.url));
/** So many requests are under way at once. */
const AT_ONCE = 20;

/** Starts a server that answers everything, and gives the bodies of envelopes to a function, each with its URL. */
export async function startBackend(hears = () => {}) {
  const server = http.createServer((request, response) => {
    const chunks = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      if (request.method === 'POST') hears(Buffer.concat(chunks), request.url);
      response.end('{}');
    });
  });
  server.keepAliveTimeout = 60_000;
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address();
  return {
    url: `http://127.0.0.1:${port}`,
    /** A DSN of a project, which is in the URLs of its envelopes. */
    dsn: (project) => `http://public@127.0.0.1:${port}/${project}`,
    stop() {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** Starts a service. @param {'none' | 'throughline' | 'sentry'} sdk */
export async function startService(sdk, options, next) {
  const child = fork(SERVICE, [sdk, JSON.stringify(options), next], { execArgv: ['--expose-gc'] });
  const [{ url }] = await once(child, 'message');
  const agent = new http.Agent({ keepAlive: true, maxSockets: AT_ONCE });
  return {
    /** What the service has used or holds. @param {'cpu' | 'heap' | 'flush'} what */
    async ask(what) {
      child.send(what);
      const [answer] = await once(child, 'message');
      return answer[what];
    },
    /** Sends it so many requests, by `fetch` and by `node:http` in turn further on. */
    async request(count) {
      let left = count;
      const one = () =>
        new Promise((resolve, reject) => {
          const path = left % 2 ? '/fetch' : '/http';
          const sent = http.get(url + path, { agent }, (response) => response.resume().on('end', resolve));
          sent.on('error', reject);
        });
      const worker = async () => {
        while (left-- > 0) await one();
      };
      await Promise.all(Array.from({ length: AT_ONCE }, worker));
    },
    stop() {
      agent.destroy();
      child.disconnect();
    },
  };
}
