// A small server for a page that was built: its files, and other servers behind some of its paths, as Trunk's proxies.
import { readFile } from 'node:fs/promises';
import { request as ask, createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { Problem } from '../lib/say.mjs';

const TYPES = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.wasm': 'application/wasm',
};

/**
 * Serves a folder, with its index.html at `/`. Resolves when the server listens.
 * @param {string} folder
 * @param {number} port 0 means any free port
 * @param {Record<string, string>} [behind] the server behind a path, by path
 * @param {string} [head] put into the head of the page
 * @returns {Promise<import('node:http').Server>}
 */
export function servePage(folder, port, behind = {}, head = '') {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url, 'http://localhost');
    const other = behind[pathname];
    if (other) passOn(request, response, other);
    else sendFile(response, folder, pathname, head);
  });
  return new Promise((resolve, reject) => {
    server.once('error', ({ message }) => reject(new Problem(`Port ${port} cannot be used: ${message}.`)));
    server.listen(port, 'localhost', () => resolve(server));
  });
}

/** Answers with a file of a folder; its head with more in it, where it is the page. */
export async function sendFile(response, folder, pathname, head = '') {
  const isPage = pathname === '/' || pathname === '/index.html';
  const path = join(folder, normalize(isPage ? '/index.html' : pathname));
  try {
    const file = await readFile(path);
    response.setHeader('content-type', TYPES[extname(path)] ?? 'application/octet-stream');
    response.end(isPage ? file.toString().replace('</head>', `${head}</head>`) : file);
  } catch {
    response.writeHead(404).end();
  }
}

function passOn(request, response, other) {
  const { method, headers } = request;
  const behind = ask(new URL(request.url, other), { method, headers }, (answer) => {
    response.writeHead(answer.statusCode, answer.headers);
    answer.pipe(response);
  });
  behind.on('error', () => response.writeHead(502).end());
  request.pipe(behind);
}
