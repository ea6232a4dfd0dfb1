// `npm start`: prepares everything, starts the demo, prints where it is, and stops it on Ctrl-C.

import { startDemo } from './start/demo.mjs';
import { choosePorts } from './start/ports.mjs';
import { prepare, StepFailed } from './start/prepare.mjs';

const interruption = new AbortController();
let demo;
for (const name of ['SIGINT', 'SIGTERM']) {
  process.once(name, async () => {
    interruption.abort();
    if (demo) console.log('\nStopping …');
    await demo?.stop();
    process.exit(0);
  });
}

try {
  await choosePorts(); // a busy port is better said before the build than after it
  await prepare({ signal: interruption.signal });
  demo = await startDemo();
  printAddresses(demo.urls);
} catch (error) {
  if (!interruption.signal.aborted) {
    if (!(error instanceof StepFailed)) console.error(error.message);
    process.exitCode = 1;
  }
}

function printAddresses({ web, orders, payments, spotlight }) {
  const rows = [
    ['shop', web, 'open this one and buy something'],
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
