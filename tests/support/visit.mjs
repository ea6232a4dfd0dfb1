// The application in Rust of tests/rust/visit, built as its developer would build it.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from '../../scripts/lib/project.mjs';
import { run } from '../../scripts/lib/run.mjs';

const WASM = 'wasm32-unknown-unknown';

/** Builds it with features. Answers with what a server serves, by its path below `/visit/`. */
export async function buildVisit(...features) {
  const given = features.length ? ['--features', features.join()] : [];
  await run('cargo', ['build', '--quiet', '--package', 'visit', '--target', WASM, ...given]);
  const module = join(root, 'target', WASM, 'debug', 'visit.wasm');
  const out = join(root, 'target', ['visit', ...features].join('-'));
  await run('wasm-bindgen', ['--target', 'web', '--no-typescript', '--out-dir', out, module]);
  const files = {};
  for (const name of await readdir(out, { recursive: true })) {
    if (!/\.(js|wasm)$/.test(name)) continue;
    const type = name.endsWith('.js') ? 'text/javascript' : 'application/wasm';
    files[`/visit/${name}`] = { type, body: await readFile(join(out, name)) };
  }
  return files;
}

/** What a page has in its head to start the application. */
export function visitTag(server, idle = 20) {
  return `<script type="module">
    import * as app from '/visit/visit.js';
    await app.default({ module_or_path: '/visit/visit_bg.wasm' });
    app.start('${server.tunnel}', ${idle});
    globalThis.app = app;
    document.documentElement.dataset.started = 'yes';
  </script>`;
}
