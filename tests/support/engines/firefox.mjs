// Firefox by Marionette, which is built into it: the commands of WebDriver as JSON over a socket
// (https://firefox-source-docs.mozilla.org/testing/marionette/Protocol.html).
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { firefoxPath } from '../../../scripts/toolchain.mjs';
import { start } from './program.mjs';
import { driven, TIMEOUTS } from './webdriver.mjs';

const PREFERENCES = {
  // Any port that is free; it says which.
  'marionette.port': 0,
  // It asks for icons when it likes, and a page with a request under way is not cached.
  'browser.chrome.site_icons': false,
  // No connections of its own.
  'app.normandy.enabled': false,
  'app.update.disabledForTesting': true,
  'browser.safebrowsing.malware.enabled': false,
  'browser.safebrowsing.phishing.enabled': false,
  'browser.startup.page': 0,
  'datareporting.policy.dataSubmissionEnabled': false,
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
  'services.settings.server': 'data:,',
};

export async function launchFirefox() {
  const profile = await mkdtemp(join(tmpdir(), 'throughline-firefox-'));
  const lines = Object.entries(PREFERENCES).map(
    (entry) => `user_pref(${JSON.stringify(entry).slice(1, -1)});\n`,
  );
  await writeFile(join(profile, 'user.js'), lines.join(''));

  const args = ['--headless', '--marionette', '--no-remote', '--profile', profile];
  const program = start(firefoxPath(), args, { stdio: ['ignore', 'pipe', 'ignore'] });
  const close = async () => {
    await program.end();
    await rm(profile, { recursive: true, force: true, maxRetries: 10 });
  };
  try {
    const port = await program.says(program.child.stdout, /Marionette\tINFO\tListening on port (\d+)/);
    const send = await marionette(Number(port));
    await send('NewSession', { capabilities: { alwaysMatch: { timeouts: TIMEOUTS } } });
    return driven(send, close);
  } catch (error) {
    await close();
    throw error;
  }
}

/** A connection: answers a function that sends a command and gives what it was answered. */
async function marionette(port) {
  const socket = connect(port, '127.0.0.1');
  /** Who waits for the answer to a command, by its number. */
  const waiting = new Map();
  let last = 0;
  let received = Buffer.alloc(0);
  socket.on('data', (data) => {
    received = Buffer.concat([received, data]);
    // Each message is its length in bytes, a colon, and JSON.
    for (;;) {
      const colon = received.indexOf(':');
      const end = colon + 1 + Number(received.toString('latin1', 0, colon));
      if (colon < 0 || received.length < end) return;
      const message = JSON.parse(received.toString('utf8', colon + 1, end));
      received = received.subarray(end);
      // What it says of itself at first is no array.
      if (Array.isArray(message)) settle(message);
    }
  });
  const settle = ([, id, error, answer]) => {
    const { resolve, reject } = waiting.get(id);
    waiting.delete(id);
    if (error) reject(new Error(`${error.error}: ${error.message}`));
    else resolve(answer && 'value' in answer ? answer.value : answer);
  };
  socket.on('close', () => {
    for (const { reject } of waiting.values()) reject(new Error('Firefox closed the connection'));
  });
  socket.on('error', () => {});
  await once(socket, 'connect');
  return (command, parameters) =>
    new Promise((resolve, reject) => {
      last += 1;
      waiting.set(last, { resolve, reject });
      const text = JSON.stringify([0, last, `WebDriver:${command}`, parameters]);
      socket.write(`${Buffer.byteLength(text)}:${text}`);
    });
}
