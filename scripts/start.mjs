// `npm start`: prepares everything, starts the demo, prints where it is, and stops it on Ctrl-C.

import { once } from 'node:events';
import { buildIfStale } from './lib/package.mjs';
import { main } from './lib/say.mjs';
import { setup } from './setup/index.mjs';
import { startDemo } from './start/demo.mjs';
import { choosePorts } from './start/ports.mjs';

await main(async () => {
  await choosePorts(); // a busy port is better said before the build than after it
  await setup({ browser: false });
  await buildIfStale();
  const interruption = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(name, () => interruption.abort());
  const demo = await startDemo({ signal: interruption.signal });
  printAddresses(demo.urls);
  if (!interruption.signal.aborted) await once(interruption.signal, 'abort');
  console.log('\nStopping …');
  await demo.stop();
});

function printAddresses({ web, orders, payments, spotlight }) {
  const rows = [
    ['web', web, 'open this one: the shop, and a page per thing that a trace shows'],
    ['orders', orders, 'POST /api/orders'],
    ['payments', payments, 'POST /api/charges'],
    ['Spotlight', spotlight, 'every trace, in detail'],
  ];
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => row[column].length)));
  const lines = rows.map(
    ([name, url, note]) => `  ${name.padEnd(widths[0])}  ${url.padEnd(widths[1])}  ${note}`,
  );
  console.log(`\nThe demo is running:\n\n${lines.join('\n')}\n\nCtrl-C stops it.`);
}
