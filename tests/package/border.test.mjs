// The border between the face and the core, without a browser: the core that was built, behind js/border.ts, in front of
// a face that answers as a test wants, or throws.
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { keptNames, mangling } from '../../scripts/build/names.mjs';
import { root } from '../../scripts/lib/project.mjs';

const TRACE = '771a43a4192642f0b136d5159a501700';
const PARENT = 'b0e6f15b45c36b12';
const URL = 'https://ingest.test/api/1/envelope/';

// Flags of `init`, see src/api/options.rs.
const ENABLED = 1;
const CLIENT_REPORTS = 16;
const STREAMS = 128;
const HAS_RATE = 256;
const HAS_TARGETS = 512;

describe('the border', () => {
  let folder;
  let module;
  let names;
  let count = 0;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'border-'));
    names = await keptNames();
    // Quotes would keep the long names: with these a test calls what it likes.
    const contents = `
      import { connect, shared } from './border.js';
      export const start = (bytes, hooks) => {
        let exported;
        const core = connect((imports) => {
          exported = new WebAssembly.Instance(new WebAssembly.Module(bytes), imports).exports;
          return exported;
        }, hooks);
        return { core, shared, exported, call: (name, ...given) => core[name](...given) };
      };`;
    const bundled = await build({
      stdin: { contents, resolveDir: join(root, 'js'), loader: 'ts' },
      bundle: true,
      format: 'esm',
      write: false,
      ...mangling(names),
    });
    module = bundled.outputFiles[0].text;
  });

  after(() => rm(folder, { recursive: true, force: true }));

  /** A core of its own, and what its face has heard; `mean` hooks throw. */
  async function started({ mean = [], options = [ENABLED | HAS_RATE, 1], targets = [], ...answers } = {}) {
    const file = join(folder, `border-${++count}.mjs`);
    await writeFile(file, module);
    const { start } = await import(pathToFileURL(file));
    const heard = [];
    const said = {
      active: 0,
      exact: false,
      suppressed: false,
      context: '',
      request: undefined,
      captured: '',
      finished: '\n',
      resolve: URL,
      matches: '',
      ...answers,
    };
    const hook =
      (name) =>
      (...given) => {
        heard.push([name, ...given]);
        if (mean.includes(name)) throw new Error('mean');
        return typeof said[name] === 'function' ? said[name](...given) : said[name];
      };
    const all = ['began', 'ending', 'ended', 'send', 'wake', ...Object.keys(said)];
    const hooks = Object.fromEntries(all.map((name) => [name, hook(name)]));
    const bytes = await readFile(join(root, 'pkg', 'throughline_bg.wasm'));
    const { call, shared, exported } = start(bytes, hooks);
    const core = new Proxy(
      {},
      {
        get:
          (_, name) =>
          (...given) =>
            call(names[name] ?? name, ...given),
      },
    );
    const lines = ['https://page.test', 'https://public@ingest.test/1', '', '', '', '', '', ...targets, ''];
    core.init(...options, lines.join('\n'));
    const begin = (name, { parent = 0, context = '', attributes = '', links = '' } = {}) => {
      const begun = core.span_start(name, attributes, links, context, parent, 0, Number.NaN, Number.NaN);
      return begun ? shared()[0] : 0;
    };
    return { core, heard, begin, shared, exported, said };
  }

  const sent = (heard) => heard.filter(([name]) => name === 'send');

  it('exports what js/core.ts says, and only functions and a memory', async () => {
    const module = new WebAssembly.Module(await readFile(join(root, 'pkg', 'throughline_bg.wasm')));
    const exported = WebAssembly.Module.exports(module);
    const long = Object.fromEntries(Object.entries(names).map(([long, short]) => [short, long]));
    const source = await readFile(join(root, 'js', 'core.ts'), 'utf8');
    const described = [...source.matchAll(/^ {2}(\w+)\(/gm)].map(([, name]) => name);
    const own = ['memory', 'word_address', 'make_room', 'forget_answer', 'clock_origin'];
    const all = exported.map(({ name }) => long[name] ?? name);
    assert.deepEqual(all.sort(), [...described, ...own].sort());
    const kinds = [...exported, ...WebAssembly.Module.imports(module)].map(({ kind }) => kind);
    assert.deepEqual([...new Set(kinds)].sort(), ['function', 'memory']);
  });

  it('carries any text there and back', async () => {
    const { core, begin } = await started();
    for (const text of [
      'short',
      'x'.repeat(199),
      'x'.repeat(201),
      'x'.repeat(1_000_000),
      'é',
      `${'x'.repeat(150)}é${'y'.repeat(300)}`,
      '\ufeffwith a mark',
      '日本語 🙂'.repeat(5000),
      'a\0b',
      '',
    ]) {
      const key = begin('name', { attributes: `a\n${JSON.stringify(text)}\n` });
      core.span_name(key, text);
      const json = JSON.parse(core.span_json(key));
      assert.equal(json.name, text);
      assert.equal(json.attributes.a.value ?? json.attributes.a, text);
      core.span_end(key, Number.NaN);
    }
  });

  it('makes halves of characters U+FFFD, each of them', async () => {
    const { core, begin } = await started();
    const key = begin('\ud83d', { attributes: 'a\n"\ude42"\n' });
    const json = JSON.parse(core.span_json(key));
    assert.equal(json.name, '\ufffd');
    assert.equal(json.attributes.a.value ?? json.attributes.a, '\ufffd');
  });

  it('keeps several texts of a call apart, also while the room becomes larger', async () => {
    const { core, begin } = await started();
    const long = 'é'.repeat(3000);
    const key = begin(`n${long}`, {
      attributes: `a\n"${long}"\n`,
      context: `${TRACE}\n${PARENT}\n1\n0.5\n\n`,
    });
    const json = JSON.parse(core.span_json(key));
    assert.equal(json.trace_id, TRACE);
    assert.equal(json.parent_span_id, PARENT);
    assert.equal(json.name, `n${long}`);
  });

  it('holds neither a large room nor a large answer', async () => {
    const { core, begin, shared, exported } = await started();
    const text = 'x'.repeat(300_000);
    const turn = () => {
      const key = begin('name');
      core.span_name(key, text);
      assert.ok(core.span_json(key).length > text.length);
      core.span_name(key, '');
      core.span_end(key, Number.NaN);
      assert.ok(shared()[11] <= 16384, `a room of ${shared()[11]} bytes`);
    };
    for (let times = 0; times < 10; times++) turn();
    const { byteLength } = exported.memory.buffer;
    for (let times = 0; times < 100; times++) turn();
    assert.equal(exported.memory.buffer.byteLength, byteLength);
  });

  it('serves who calls in from a hook while a call has the room', async () => {
    const inner = [];
    const page = await started({
      context() {
        const key = page.begin('of the hook', { attributes: 'a\n"of the hook"\n' });
        inner.push(
          JSON.parse(page.core.span_json(key)).name,
          page.core.recorded_url('https://x.test/?token=1'),
        );
        return `${TRACE}\n${PARENT}\n1\n0.5\n${PARENT}\n-sentry-release=server`;
      },
    });
    const href = 'https://page.test/a/long/address/that/must/survive';
    const bits = page.core.start_request(href, 'POST', '/given', 0, 0);
    assert.equal(bits & 4, 4, 'headers');
    assert.deepEqual(inner, ['of the hook', 'https://x.test/?token=[Filtered]']);
    assert.equal(page.core.request_baggage(), 'sentry-release=server');
    const ids = Array.from({ length: 4 }, (_, at) => page.shared()[4 + at].toString(16).padStart(8, '0'));
    assert.equal(ids.join(''), TRACE);
  });

  it('serves who calls in from a clock of the page, which is asked while a call is prepared', async () => {
    const page = await started();
    const inner = [];
    const { now } = performance;
    performance.now = () => {
      performance.now = now;
      inner.push(page.core.recorded_url('https://x.test/another/long/address?token=1'));
      return now.call(performance);
    };
    const key = page.begin('ö'.repeat(30), { attributes: 'a\n"of the root"\n' });
    assert.equal(inner.length, 1, 'the clock called in');
    const { name, attributes } = JSON.parse(page.core.span_json(key));
    assert.deepEqual([name, attributes.a], ['ö'.repeat(30), 'of the root']);
  });

  it('tells both texts of a hook, and reads its answer', async () => {
    const { core, heard } = await started({
      options: [ENABLED | HAS_RATE | STREAMS | HAS_TARGETS, 1],
      targets: ['%'],
      matches: '1',
    });
    assert.equal(core.destination(), URL);
    assert.match(core.explain_request('https://other.test/ä#part', 0), /^target\ntrue\n0$/);
    assert.match(core.explain_request('https://page.test/ä', 0), /^target\ntrue\n0$/);
    assert.deepEqual(
      heard.filter(([name]) => name === 'matches'),
      [
        ['matches', 'https://other.test/ä', ''],
        ['matches', 'https://page.test/ä', '/ä'],
      ],
    );
    core.start_request('https://page.test/ü', 'GET', '/ü', 0, 0);
    const [, name] = heard.find(([name]) => name === 'request') ?? [];
    assert.ok(name === undefined || name.startsWith('GET'), name);
  });

  it('sends what a root is, with what its scope adds', async () => {
    const { core, heard, begin } = await started({ finished: '"tags":{"a":"ä"}\n"culture":{}' });
    const key = begin('root');
    core.span_end(key, Number.NaN);
    assert.deepEqual(heard.slice(-3, -1), [
      ['ended', key],
      ['finished', key, 0],
    ]);
    const [[, id, url, body, keepalive]] = sent(heard);
    assert.deepEqual([id, url, keepalive], [1, URL, true]);
    assert.match(body, /"tags":\{"a":"ä"\}/);
    assert.match(body, /"culture":\{\}/);
    core.delivered(1, 429, '60:transaction:key', -1);
    core.span_end(begin('root'), Number.NaN);
    assert.equal(sent(heard).length, 1, 'the server asked for a pause');
  });

  it('leaves a root to a face that takes it over, and not to one that has nothing to add', async () => {
    const { core, heard, begin, said } = await started({ finished: undefined });
    const key = begin('root');
    core.span_end(key, Number.NaN);
    assert.equal(sent(heard).length, 0);
    const [, event] = core.transaction_event(key).split('\n');
    assert.equal(JSON.parse(event).transaction, 'root');
    said.finished = '';
    core.span_end(begin('root'), Number.NaN);
    assert.equal(sent(heard).length, 1);
  });

  it('the same for a span in stream mode', async () => {
    const options = [ENABLED | HAS_RATE | STREAMS, 1];
    const { core, heard, begin, said } = await started({ options, captured: undefined });
    core.span_end(begin('taken'), Number.NaN);
    core.flush_spans();
    assert.equal(sent(heard).length, 0);
    said.captured = '';
    core.span_end(begin('left'), Number.NaN);
    core.flush_spans();
    assert.match(sent(heard)[0][3], /"left"/);
  });

  it('hooks that throw have said nothing', async () => {
    const { core, heard, begin } = await started({ mean: ['ended', 'finished', 'began', 'wake'] });
    core.span_end(begin('root'), Number.NaN);
    assert.ok(heard.some(([name]) => name === 'finished'));
    assert.equal(sent(heard).length, 0, 'it may have been about to filter something out');
    const options = [ENABLED | HAS_RATE | CLIENT_REPORTS, 1];
    const again = await started({ options, mean: ['context', 'active', 'send'] });
    again.core.page_hidden();
    assert.equal(again.core.start_request('https://page.test/', 'GET', '/', 0, 0) & 5, 5);
    again.core.record_loss('before_send', 'transaction', 1);
    again.core.report_losses();
    const [, id] = sent(again.heard)[0];
    assert.match(sent(again.heard)[0][3], /client_report/);
    // What nobody took has failed already: more may leave than could be under way.
    for (let more = 0; more < 50; more++) again.core.span_end(again.begin('root'), Number.NaN);
    assert.equal(sent(again.heard).length, 51);
    assert.equal(id, 1);
  });

  it('a context that cannot be read is a trace of its own, the same one each time', async () => {
    for (const context of ['', 'garbage', undefined]) {
      const { core, shared } = await started({ context });
      const traces = [1, 2].map(() => {
        core.start_request('https://page.test/', 'GET', '/', 0, 0);
        return [4, 5, 6, 7].map((at) => shared()[at]).join();
      });
      assert.equal(traces[0], traces[1]);
      assert.notEqual(traces[0], '0,0,0,0');
    }
  });

  it('follows the clock of the device where the timeline stood still', async (t) => {
    const { core, begin } = await started();
    const begunAt = () => JSON.parse(core.span_json(begin('root'))).start_timestamp;
    assert.ok(Math.abs(begunAt() - Date.now() / 1000) < 0.5);
    const real = Date.now;
    t.after(() => (Date.now = real));
    Date.now = () => real() + 3_600_000;
    assert.ok(Math.abs(begunAt() - Date.now() / 1000) < 0.5);
    Date.now = () => real() + 3_600_500;
    assert.ok(Math.abs(begunAt() + 0.5 - Date.now() / 1000) < 0.1, 'half a second is no drift');
  });

  it('has ids without web crypto', async (t) => {
    t.mock.method(crypto, 'getRandomValues', () => {
      throw new Error('no crypto');
    });
    const { core, begin } = await started();
    const ids = Array.from({ length: 100 }, () => JSON.parse(core.span_json(begin('x'))).span_id);
    assert.equal(new Set(ids).size, 100);
  });
});
