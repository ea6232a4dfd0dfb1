// A server for tests of what goes out: it keeps what it received, and answers as the path says.
import { createServer } from 'node:http';
import { after, before } from 'node:test';

const HALF = { 'content-length': 6 };

const answers = {
  '/500': (_request, response) => response.writeHead(500).end('failed'),
  '/moved': (_request, response) => response.writeHead(302, { location: '/there' }).end(),
  /** No answer at all. */
  '/silent': () => {},
  /** Half of a body, and no more. */
  '/half': (_request, response) => response.writeHead(200, HALF).write('abc'),
  /** Half of a body, and then the connection is gone. */
  '/broken': (_request, response) =>
    response.writeHead(200, HALF).write('abc', () => setImmediate(() => response.destroy())),
  '/gone': (request) => request.socket.destroy(),
};

/**
 * Starts such a server for a file of tests.
 *
 * @returns {{ url: (path?: string) => string, take: () => { path: string, method: string, headers: object, raw: string[], body: string }[],
 *   onRequest: (act: (received: object) => void) => void }} `take` answers with the requests since the last call; `onRequest` acts on
 *   each from now on
 */
export function useReceiver() {
  const received = [];
  let hears = () => {};
  const server = createServer(async (request, response) => {
    const { url: path, method, headers, rawHeaders: raw } = request;
    const one = { path, method, headers, raw, body: '' };
    received.push(one);
    hears(one);
    const answer = answers[path];
    if (answer) {
      answer(request, response);
      return;
    }
    for await (const chunk of request) one.body += chunk;
    response.end('answer');
  });
  server.on('upgrade', ({ url: path, method, headers }, socket) => {
    received.push({ path, method, headers });
    socket.end('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: echo\r\n\r\n');
  });
  before(() => new Promise((resolve) => server.listen(0, '127.0.0.1', resolve)));
  after(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    url: (path = '/') => `http://127.0.0.1:${server.address().port}${path}`,
    onRequest: (act) => {
      hears = act;
    },
    take: () => received.splice(0),
  };
}
