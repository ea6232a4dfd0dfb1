// docs/rust.md: who follows its section "Start" word for word has an application whose trace the demo shows. What is done
// otherwise: the crate comes from here and not from the registry, the DSN is that of the demo, and nothing is optimized, so that
// what the examples are made of is not built once more.
import assert from 'node:assert/strict';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { TARGET } from '../../scripts/examples/build.mjs';
import { servePage } from '../../scripts/examples/serve.mjs';
import { root } from '../../scripts/lib/project.mjs';
import { run } from '../../scripts/lib/run.mjs';
import { useBrowser } from '../support/browser.mjs';
import { useDemo } from '../support/demo.mjs';

const DOCUMENT = 'docs/rust.md';
const DSN = 'https://public@o1.ingest.example.com/42';
const DEPENDENCY = /^throughline = \{ version = "[^"]*"/m;

/** The commands and files of a section, in order: a file's name is the first code in the paragraph above it. */
function stepsOf(document, section) {
  const text = document.split(/^## /m).find((part) => part.startsWith(`${section}\n`)) ?? '';
  const steps = [];
  for (const [, above, language, code] of text.matchAll(
    /((?:^(?!```)[^\n]+\n)*)\n*^```(\w+)[^\n]*\n(.*?)^```$/gms,
  )) {
    if (language === 'sh') steps.push({ commands: code });
    else steps.push({ file: /`([^`]+)`/.exec(above)?.[1], code });
  }
  return steps;
}

/** Runs commands in a folder; answers with the folder that they lead to. */
async function runCommands(commands, cwd) {
  const script = commands.replace(' --release', '').replace('/release/', '/debug/');
  const place = join(cwd, '.place');
  // No information for debuggers, as in the examples.
  const env = { CARGO_PROFILE_DEV_DEBUG: '0' };
  await run('sh', ['-ec', `${script}\npwd > '${place}'`], { cwd, env, log: 'documentation' });
  return (await readFile(place, 'utf8')).trimEnd();
}

describe(DOCUMENT, { timeout: 600_000 }, () => {
  const browser = useBrowser();
  const demo = useDemo();
  let folder;
  let site;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'throughline-fresh-'));
  });
  after(async () => {
    site?.closeAllConnections();
    site?.close();
    await rm(folder, { recursive: true, force: true });
  });

  /** Follows the document. Answers with the folder of the application. */
  async function follow() {
    // What set-up has written for a machine without rustup counts there too.
    for (const name of ['.cargo', 'rust-toolchain.toml']) {
      await cp(join(root, name), join(folder, name), { recursive: true }).catch(() => {});
    }
    const steps = stepsOf(await readFile(join(root, DOCUMENT), 'utf8'), 'Start');
    const written = [];
    let cwd = folder;
    for (const { commands, file, code } of steps) {
      if (commands) {
        const before = cwd;
        cwd = await runCommands(commands, before);
        if (cwd === before) continue;
        // The application is made. The same versions as those of the examples are built already.
        await symlink(TARGET, join(cwd, 'target'));
        await cp(join(root, 'examples', 'Cargo.lock'), join(cwd, 'Cargo.lock'));
      } else {
        assert.ok(file, `no file is named above\n${code}`);
        written.push(file);
        await writeFile(join(cwd, file), ours(file, code));
      }
    }
    assert.ok(written.includes('Cargo.toml') && written.includes('index.html'), written.join());
    return cwd;
  }

  /** What stands in for what a reader has of his own. */
  function ours(file, code) {
    if (file === 'Cargo.toml') {
      assert.match(code, DEPENDENCY);
      return code.replace(DEPENDENCY, `throughline = { path = ${JSON.stringify(root)}`);
    }
    if (file.endsWith('.rs')) {
      assert.ok(code.includes(DSN), code);
      return code.replace(DSN, `${demo.urls.web.replace('://', '://public@')}/42`);
    }
    return code;
  }

  it('leads to an application whose click is a trace through the services of the demo', async () => {
    const application = await follow();
    // The page that a server renders has the trace that it has begun; here that is the one of the demo.
    const html = await (await fetch(demo.urls.web)).text();
    const head = html.match(/<meta name="(sentry-trace|baggage)"[^>]*>/g).join('');
    const [, traceId, serverSpan] = /sentry-trace" content="(\w+)-(\w+)-1/.exec(head);
    site = await servePage(application, 0, { '/api/orders': demo.urls.orders }, head);

    const page = await browser.page();
    await page.goto(`http://localhost:${site.address().port}`);
    const has = (op) => (spans) => spans.some((span) => span.service === 'browser' && span.op === op);
    await demo.spans(traceId, has('pageload'));
    await page.getByRole('button').click();
    const spans = await demo.spans(
      traceId,
      (spans) => has('ui.action')(spans) && spans.some(({ service }) => service === 'orders'),
    );
    const only = (service, op) => {
      const found = spans.filter((span) => span.service === service && span.op === op);
      assert.equal(found.length, 1, JSON.stringify(spans));
      return found[0];
    };
    assert.equal(only('browser', 'pageload').parentSpanId, serverSpan);
    assert.equal(only('browser', 'http.client').parentSpanId, only('browser', 'ui.action').spanId);
    assert.equal(only('orders', 'http.server').parentSpanId, only('browser', 'http.client').spanId);
  });
});
