// The package as people get it: packed, installed into an empty project, loaded, and type-checked there.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { root } from '../../scripts/lib/project.mjs';
import { toolEnv } from '../../scripts/toolchain.mjs';

const PROGRAM = `
import * as Throughline from 'throughline';
import { type Client, type Span, startSpan } from 'throughline';

const client: Client | undefined = Throughline.init({
  dsn: 'https://public@o1.ingest.example.com/1',
  tracesSampleRate: 0.2,
  tracePropagationTargets: ['localhost', /^\\/api/],
  integrations: [Throughline.browserTracingIntegration({ idleTimeout: 1000 })],
});
const length: Promise<number> = startSpan({ name: 'x', attributes: { a: 1 } }, async (span: Span) => span.spanContext().traceId.length);
const header: string | undefined = Throughline.getTraceData()['sentry-trace'];
// @ts-expect-error a span needs a name
startSpan({}, () => 1);
console.log(client, length, header);
`;

describe('the packed package', { timeout: 120_000 }, () => {
  let project;
  let files;
  const run = (command, ...args) =>
    execFileSync(command, args, { cwd: project, env: toolEnv(), encoding: 'utf8' });

  before(() => {
    project = mkdtempSync(join(tmpdir(), 'throughline-package-'));
    const [packed] = JSON.parse(run('npm', 'pack', '--json', '--pack-destination', project, root));
    files = packed.files.map(({ path }) => path);
    writeFileSync(join(project, 'package.json'), '{ "private": true, "type": "module" }');
    run('npm', 'install', '--offline', '--no-audit', '--no-fund', join(project, packed.filename));
  });
  after(() => rmSync(project, { recursive: true, force: true }));

  it('holds what is needed and nothing else', () => {
    for (const file of [
      'dist/index.js',
      'dist/index.d.ts',
      'dist/throughline.min.js',
      'dist/cjs/index.js',
      'dist/cjs/index.d.ts',
      'dist/cjs/package.json',
      'README.md',
      'LICENSE-MIT',
    ]) {
      assert.ok(files.includes(file), `${file} is missing`);
    }
    const strangers = files.filter((file) => !/^(dist\/|package\.json$|README|CHANGELOG|LICENSE)/.test(file));
    assert.deepEqual(strangers, []);
  });

  it('can be imported on a server', () => {
    const program =
      "import { startSpan } from 'throughline'; console.log(startSpan({ name: 'x' }, () => 'ran'))";
    assert.equal(run(process.execPath, '--input-type=module', '--eval', program).trim(), 'ran');
  });

  it('can be required, as by a CommonJS module and by Jest', () => {
    const program = `const { startSpan, init } = require('throughline');
      console.log(init({}), startSpan({ name: 'x' }, () => 'ran'), require.resolve('throughline'))`;
    const said = run(process.execPath, '--input-type=commonjs', '--eval', program).trim();
    assert.match(said, /^undefined ran .*cjs.index\.js$/);
  });

  it('has types that a strict program compiles against', () => {
    for (const [name, ...resolution] of [
      ['program.ts', '--module', 'nodenext'],
      ['program.ts', '--module', 'esnext', '--moduleResolution', 'bundler'],
      // A CommonJS module, also for a TypeScript that does not let it require an ES module.
      ['program.cts', '--module', 'nodenext'],
      ['program.cts', '--module', 'node16'],
    ]) {
      writeFileSync(join(project, name), PROGRAM);
      run(
        'tsc',
        '--noEmit',
        '--strict',
        '--target',
        'es2022',
        '--lib',
        'es2022,dom',
        '--types',
        '',
        ...resolution,
        name,
      );
    }
  });

  it('is bundled by webpack without any option', () => {
    writeFileSync(join(project, 'app.js'), "import { init } from 'throughline';\ninit({});\n");
    const output = run(
      'webpack',
      '--mode',
      'production',
      '--entry',
      './app.js',
      '--output-path',
      join(project, 'out'),
    );
    assert.doesNotMatch(output, /ERROR|Module not found/);
  });
});
