// The package as people get it: packed, installed into an empty project, loaded, and type-checked there.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { build } from 'esbuild';
import { root } from '../../scripts/lib/project.mjs';
import { toolEnv } from '../../scripts/toolchain.mjs';
import { pack } from '../support/packed.mjs';

const { exports, version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

const entriesLike = (end) => Object.keys(exports).filter((entry) => exports[entry].default?.endsWith(end));
/** Scripts that set a global. */
const SCRIPTS = entriesLike('.min.js');
/** Files to serve, found by `require.resolve` and by bundlers. */
const SERVED = [...SCRIPTS, ...entriesLike('.wasm')];

const PROGRAM = `
import * as Throughline from 'throughline';
import { type Client, type Span, startSpan } from 'throughline';
import * as WithoutWebAssembly from 'throughline/js';

const same: typeof Throughline = WithoutWebAssembly;
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
console.log(client, length, header, same);
`;

/** What beside the default entry has types. */
const OTHERS = `
import 'throughline/script';
import address from 'throughline/core.wasm';
import * as js from 'throughline/js';
import { otlpExporter } from 'throughline/otlp';
import { registerOpenTelemetry } from 'throughline/opentelemetry';
import { registerOpenTelemetry as withSlim } from 'throughline/opentelemetry/slim';
import { type CoreSource, initCore, startSpan } from 'throughline/slim';

const source: CoreSource = address;
const came: Promise<boolean> = initCore(Promise.resolve(new URL(address)));
const answer: number = Throughline.startSpan({ name: 'x' }, () => startSpan({ name: 'y' }, () => js.startSpan({ name: 'z' }, () => 1)));
Throughline.init({ integrations: [otlpExporter({ url: 'https://collector.example.com', resource: { 'service.namespace': 'shop' } })] });
// @ts-expect-error it has to be said where the collector is
otlpExporter();
// @ts-expect-error it has to be said where the core is
initCore();
const unregister: (() => void) | false = registerOpenTelemetry() && withSlim();
console.log(source, came, answer, unregister);
`;

it('has the version of the crates', () => {
  const [, crates] = /^version = "(.*)"$/m.exec(readFileSync(join(root, 'Cargo.toml'), 'utf8'));
  assert.equal(version, crates);
});

describe('the packed package', { timeout: 600_000 }, () => {
  let project;
  let files;
  let tarball;
  const run = (command, ...args) => {
    try {
      return execFileSync(command, args, { cwd: project, env: toolEnv(), encoding: 'utf8', stdio: 'pipe' });
    } catch ({ message, stdout }) {
      throw new Error(`${message}\n${stdout}`);
    }
  };

  before(() => {
    project = mkdtempSync(join(tmpdir(), 'throughline-package-'));
    ({ files, tarball } = pack(project));
    writeFileSync(join(project, 'package.json'), '{ "private": true, "type": "module" }');
    run('npm', 'install', '--offline', '--no-audit', '--no-fund', tarball);
  });
  after(() => rmSync(project, { recursive: true, force: true }));

  it('holds what is needed and nothing else', () => {
    for (const file of [
      'dist/index.js',
      'dist/index.d.ts',
      'dist/throughline.min.js',
      'dist/node.js',
      'dist/node.d.ts',
      'dist/cjs/node.js',
      'dist/cjs/node.d.ts',
      'dist/otlp.js',
      'dist/otlp.d.ts',
      'dist/cjs/otlp.js',
      'dist/cjs/otlp.d.ts',
      'dist/opentelemetry.js',
      'dist/opentelemetry-js.js',
      'dist/opentelemetry-node.js',
      'dist/opentelemetry-slim.js',
      'dist/opentelemetry.d.ts',
      'dist/cjs/opentelemetry.js',
      'dist/cjs/opentelemetry-js.js',
      'dist/cjs/opentelemetry-node.js',
      'dist/cjs/opentelemetry-slim.js',
      'dist/cjs/opentelemetry.d.ts',
      'dist/slim.js',
      'dist/slim.d.ts',
      'dist/core.wasm',
      'dist/cjs/slim.js',
      'dist/js.js',
      'dist/js.d.ts',
      'dist/throughline.no-wasm.min.js',
      'dist/cjs/js.js',
      'dist/cjs/js.d.ts',
      'dist/cjs/index.js',
      'dist/cjs/index.d.ts',
      'dist/cjs/package.json',
      'README.md',
      'LICENSE-MIT',
    ]) {
      assert.ok(files.includes(file), `${file} is missing`);
    }
    const strangers = files.filter(
      (file) => file.endsWith('.map') || !/^(dist\/|package\.json$|README|CHANGELOG|LICENSE)/.test(file),
    );
    assert.deepEqual(strangers, []);
  });

  it('says of itself what is so', () => {
    run('publint', '--strict', tarball);
  });

  it('has types that fit what each entry is, however it is found', () => {
    assert.ok(SCRIPTS.length > 0);
    run('attw', tarball, '--exclude-entrypoints', ...SERVED);
    // Node takes a script of this package for a module when it is required, which is nothing that a file to serve is for.
    run('attw', tarball, '--entrypoints', ...SERVED, '--ignore-rules', 'cjs-resolves-to-esm');
  });

  it('can be imported on a server', () => {
    const program =
      "import { startSpan } from 'throughline'; console.log(startSpan({ name: 'x' }, () => 'ran'))";
    assert.equal(run(process.execPath, '--input-type=module', '--eval', program).trim(), 'ran');
  });

  it('can be required, as by a CommonJS module and by Jest', () => {
    const program = `const { startSpan, init } = require('throughline');
      console.log(init({}), startSpan({ name: 'x' }, () => 'ran'), require.resolve('throughline'));
      console.log(require('throughline/js').startSpan({ name: 'x' }, () => 'ran'), require.resolve('throughline/js'))`;
    const said = run(process.execPath, '--input-type=commonjs', '--eval', program).trim().split('\n');
    assert.match(said[0], /^undefined ran .*cjs.index\.js$/);
    assert.match(said[1], /^ran .*cjs.js\.js$/);
  });

  it('has an entry without a core that does nothing on a server', () => {
    const program = (load) => `${load}
      initCore('/core.wasm').then((came) => console.log(init({}), came, startSpan({ name: 'x' }, () => 'ran')));`;
    const said = (type, load) =>
      run(process.execPath, `--input-type=${type}`, '--eval', program(load)).trim();
    const names = '{ init, initCore, startSpan }';
    assert.equal(said('module', `import ${names} from 'throughline/slim';`), 'undefined false ran');
    assert.equal(said('commonjs', `const ${names} = require('throughline/slim');`), 'undefined false ran');
  });

  it('says what is missing where the API of OpenTelemetry is not installed, and only there', () => {
    const others = ['', '/js', '/slim', '/node', '/otlp'].map((name) => `import('throughline${name}')`);
    const program = `Promise.all([${others}]).then(() => import('throughline/opentelemetry')).catch((error) => console.log(error.message))`;
    assert.match(run(process.execPath, '--eval', program), /^Cannot find package '@opentelemetry\/api'/);
    const required =
      "try { require('throughline/opentelemetry') } catch (error) { console.log(error.message) }";
    assert.match(run(process.execPath, '--eval', required), /^Cannot find module '@opentelemetry\/api'/);
  });

  describe('with the API of OpenTelemetry', () => {
    before(() => {
      mkdirSync(join(project, 'node_modules', '@opentelemetry'), { recursive: true });
      cpSync(
        join(root, 'node_modules/@opentelemetry/api'),
        join(project, 'node_modules/@opentelemetry/api'),
        {
          recursive: true,
          dereference: true,
        },
      );
    });
    after(() => rmSync(join(project, 'node_modules', '@opentelemetry'), { recursive: true }));

    it('is behind it on a server, by `import` and by `require`', () => {
      const work = `
        init({ tracesSampleRate: 1 });
        const unregister = registerOpenTelemetry();
        startSpan({ name: 'ours' }, (span) => console.log(typeof unregister, trace.getActiveSpan() === span));`;
      const names = {
        'throughline/node': 'init, startSpan',
        'throughline/opentelemetry': 'registerOpenTelemetry',
        '@opentelemetry/api': 'trace',
      };
      for (const [type, load] of [
        ['module', (name) => `import { ${names[name]} } from '${name}';`],
        ['commonjs', (name) => `const { ${names[name]} } = require('${name}');`],
      ]) {
        const program = Object.keys(names).map(load).join('\n') + work;
        const said = run(process.execPath, `--input-type=${type}`, '--eval', program);
        assert.equal(said.trim(), 'function true', type);
      }
    });

    it('has one SDK in a bundle for browsers, whichever entry the page has', async () => {
      for (const end of ['', '/js', '/slim']) {
        const contents = `
          import { init } from 'throughline${end}';
          import { registerOpenTelemetry } from 'throughline/opentelemetry${end}';
          init({});
          registerOpenTelemetry();`;
        const settings = { bundle: true, write: false, minify: true, format: 'esm', metafile: true };
        const stdin = { contents, resolveDir: project };
        const { metafile } = await build({ ...settings, stdin, absWorkingDir: project });
        const inputs = Object.keys(metafile.inputs)
          .map((input) => /throughline\/dist\/(.*)$/.exec(input)?.[1])
          .filter(Boolean);
        const name = end.slice(1);
        assert.deepEqual(
          inputs.sort(),
          [`${name || 'index'}.js`, `opentelemetry${name && `-${name}`}.js`].sort(),
        );
      }
    });
  });

  it('says where its files are', () => {
    const entries = ['core.wasm', 'script', 'script/js', 'package.json'];
    const program = `console.log(${JSON.stringify(entries)}.map((name) => require.resolve('throughline/' + name)).join())`;
    const found = run(process.execPath, '--input-type=commonjs', '--eval', program).trim();
    assert.match(found, /core\.wasm,.*throughline\.min\.js,.*throughline\.no-wasm\.min\.js,.*package\.json$/);
  });

  it('has types that a strict program compiles against', () => {
    const options = ['--noEmit', '--strict', '--target', 'es2022', '--lib', 'es2022,dom', '--types', ''];
    for (const [name, program, ...resolution] of [
      ['program.ts', PROGRAM, '--module', 'nodenext'],
      ['program.ts', PROGRAM, '--module', 'esnext', '--moduleResolution', 'bundler'],
      ['others.ts', OTHERS, '--module', 'nodenext'],
      ['others.ts', OTHERS, '--module', 'esnext', '--moduleResolution', 'bundler'],
      // A CommonJS module, also for a TypeScript that does not let it require an ES module.
      ['program.cts', PROGRAM, '--module', 'nodenext'],
      ['program.cts', PROGRAM, '--module', 'node16'],
    ]) {
      writeFileSync(join(project, name), program);
      run('tsc', ...options, ...resolution, name);
    }
  });

  it('is bundled by webpack without any option, with the core as a file too', () => {
    writeFileSync(join(project, 'app.js'), "import { init } from 'throughline';\ninit({});\n");
    const core = "initCore(new URL('throughline/core.wasm', import.meta.url))";
    writeFileSync(join(project, 'slim.js'), `import { initCore } from 'throughline/slim';\n${core};\n`);
    const output = run(
      'webpack',
      '--mode',
      'production',
      '--entry',
      './app.js',
      '--entry',
      './slim.js',
      '--output-path',
      join(project, 'out'),
    );
    assert.doesNotMatch(output, /ERROR|Module not found/);
    assert.ok(readdirSync(join(project, 'out')).some((name) => name.endsWith('.wasm')));
  });

  it('has scripts that no bundler takes away for importing nothing from them', async () => {
    for (const entry of SCRIPTS) {
      const contents = `import 'throughline${entry.slice(1)}';`;
      const settings = { bundle: true, minify: true, write: false, absWorkingDir: project };
      const { outputFiles } = await build({ ...settings, stdin: { contents, resolveDir: project } });
      assert.match(outputFiles[0].text, /globalThis\.Throughline/);
    }
  });
});
