// `npm run example <name>`: builds an example in Rust, starts it beside the services of the demo, and stops both on Ctrl-C.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { buildExamples, EXAMPLES, SERVER, siteOf } from './examples/build.mjs';
import { servePage } from './examples/serve.mjs';
import { buildIfStale } from './lib/package.mjs';
import { main, Problem } from './lib/say.mjs';
import { setup } from './setup/index.mjs';
import { startDemo } from './start/demo.mjs';

/** Where examples are found, as Trunk serves them too. */
const PORT = Number(process.env.PORT || 8080);

await main(async () => {
  const [name] = process.argv.slice(2);
  if (!EXAMPLES.includes(name)) {
    throw new Problem(`Usage: npm run example <name>; there are ${EXAMPLES.join(', ')}.`);
  }
  const interruption = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => interruption.abort());
  await setup({ browser: false });
  await buildIfStale();
  await buildExamples({ names: [name] });
  const demo = await startDemo({ signal: interruption.signal });
  const stop = await (name === 'leptos-axum' ? startServer(demo.urls) : startPage(name, demo.urls));
  console.log(
    `\nThe example:  http://localhost:${PORT}\nIts traces:   ${demo.urls.spotlight}\n\nCtrl-C stops it.`,
  );
  if (!interruption.signal.aborted) await once(interruption.signal, 'abort');
  stop();
  await demo.stop();
});

/** A page alone: the services of the demo answer what it asks for. */
async function startPage(name, { orders, web }) {
  const server = await servePage(siteOf(name), PORT, { '/api/orders': orders, '/tunnel': web });
  return () => {
    server.close();
    server.closeAllConnections();
  };
}

/** A server that reports to the demo, as its page does, which knows no other port than 3000. */
async function startServer({ web }) {
  const dsn = web.replace('://', '://public@');
  const env = { ...process.env, LEPTOS_SITE_ADDR: `127.0.0.1:${PORT}`, SENTRY_DSN: `${dsn}/1` };
  const server = spawn(SERVER.program, { cwd: SERVER.cwd, env, stdio: ['ignore', 'ignore', 'inherit'] });
  return () => server.kill();
}
