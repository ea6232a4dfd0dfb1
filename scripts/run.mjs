// `node scripts/run.mjs <command> [arguments]`: runs a command with set-up's programs in PATH.
import { run } from './lib/run.mjs';
import { main, Problem } from './lib/say.mjs';
import { setup } from './setup/index.mjs';

await main(async () => {
  const [command, ...args] = process.argv.slice(2);
  if (!command) throw new Problem('Usage: node scripts/run.mjs <command> [arguments].');
  await setup({ browser: false });
  await run(command, args);
});
