// WebKitGTK by its own driver, which speaks WebDriver over HTTP; its browser needs a display, so it is given one that
// nobody sees.
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { webKitDriverPath, xvfbPath } from '../../../scripts/toolchain.mjs';
import { PATIENCE, start } from './program.mjs';
import { COMMANDS, driven, TIMEOUTS } from './webdriver.mjs';

export async function launchWebKit() {
  // It writes the number of the display where it is told to: to its fourth stream.
  const screen = start(xvfbPath(), ['-displayfd', '3', '-screen', '0', '1280x1024x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  let driver;
  const close = async () => {
    await driver?.end();
    await screen.end();
  };
  try {
    const display = await screen.says(screen.child.stdio[3], /(\d+)\n/);
    const port = await freePort();
    driver = start(webKitDriverPath(), [`--port=${port}`], { env: { DISPLAY: `:${display}` } });
    const request = (method, path, body) => answer(`http://127.0.0.1:${port}${path}`, method, body);
    await ready(request);
    const capabilities = { alwaysMatch: { timeouts: TIMEOUTS } };
    const { sessionId } = await request('POST', '/session', { capabilities });
    const session = `/session/${sessionId}`;
    return driven(
      (command, parameters) => {
        const [method, path] = COMMANDS[command];
        const url = session + path.replace('{id}', parameters.id);
        return request(method, url, method === 'POST' ? parameters : undefined);
      },
      async () => {
        await request('DELETE', session).catch(() => {});
        await close();
      },
    );
  } catch (error) {
    await close();
    throw error;
  }
}

/** What the driver answers. */
async function answer(url, method, body) {
  const response = await fetch(url, { method, body: body && JSON.stringify(body) });
  const { value } = await response.json();
  if (!response.ok) throw new Error(`${value.error}: ${value.message}`);
  return value;
}

/** Asks until there is an answer: the driver does not say when it listens. */
async function ready(request) {
  for (const late = Date.now() + PATIENCE; ; await pause(50)) {
    try {
      return await request('GET', '/status');
    } catch (error) {
      if (Date.now() > late) throw error;
    }
  }
}

/** A port that nobody listens at; the driver takes none by itself. */
async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}
