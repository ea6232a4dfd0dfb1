// A server that reads requests as they arrive, byte by byte: Node's own parser says no more how names were written.
import { createServer } from 'node:net';
import { listening } from './browser.mjs';

const PAGE =
  '<!doctype html><html lang="en"><head><title>t</title><link rel="icon" href="data:,"></head></html>';

/**
 * Starts the server for a file of tests. `/page` is a page; each other request is kept in `use.seen` as it was written: its
 * first line, its header lines in their order, and its body.
 */
export function useRaw() {
  const use = { url: '', seen: [] };
  const sockets = new Set();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {}).on('close', () => sockets.delete(socket));
    let read = '';
    socket.on('data', (chunk) => {
      read += chunk.toString('latin1');
      for (;;) {
        const end = read.indexOf('\r\n\r\n');
        if (end < 0) return;
        const [line, ...headers] = read.slice(0, end).split('\r\n');
        const length = Number(headers.find((one) => /^content-length:/i.test(one))?.split(':')[1] ?? 0);
        if (read.length < end + 4 + length) return;
        const body = read.slice(end + 4, end + 4 + length);
        read = read.slice(end + 4 + length);
        const isPage = line.startsWith('GET /page ');
        if (!isPage) use.seen.push({ line, headers, body });
        const answer = isPage ? PAGE : '{}';
        const type = isPage ? 'text/html' : 'application/json';
        socket.write(
          `HTTP/1.1 200 OK\r\ncontent-type: ${type}\r\ncontent-length: ${answer.length}\r\n\r\n${answer}`,
        );
      }
    });
  });
  server.closeAllConnections = () => {
    for (const socket of sockets) socket.destroy();
  };
  listening(server, use);
  return use;
}
