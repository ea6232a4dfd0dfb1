// Both cores answer the same, byte by byte: what the vectors have of each kind is put together to thousands of questions of every
// kind. That the answers are right is tested in Rust (tests/core/).
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { before, describe, it } from 'node:test';
import { asked, makersOfCores } from '../support/cores.mjs';

const TRACE = '771a43a4192642f0b136d5159a501700';
const SPAN = 'b0e6f15b45c36b12';
const folder = new URL('../vectors/', import.meta.url);

/** The fields of each line of a file of vectors. */
const linesOf = (name) =>
  readFileSync(new URL(name, folder), 'utf8')
    .split('\n')
    .filter((line) => line && !line.startsWith('#'))
    .map((line) =>
      line
        .replaceAll('{T}', TRACE)
        .replaceAll('{S}', SPAN)
        .split(/ => | \| /)
        .map((field) => (field === '{}' || field === 'none' ? '' : field)),
    );

const VECTORS = Object.fromEntries(
  readdirSync(folder)
    .filter((name) => name.endsWith('.txt'))
    .map((name) => [name.slice(0, -4), linesOf(name)]),
);

const fields = (name, ...places) => VECTORS[name].flatMap((line) => places.map((place) => line[place] ?? ''));
const ADDRESSES = [
  'https://shop.test/app/cart?x=1',
  'http://localhost:3000/',
  'http://[::1]:8969/a',
  'null',
  'file:///a',
];

/** What texts of each kind there are, those of one line at the same place. */
const TEXTS = {
  any: Object.values(VECTORS).flat(2),
  trace: [...fields('sentry_trace', 0), `${TRACE}-${SPAN}-1`, `${TRACE}-${SPAN}`],
  id: [TRACE, '0123456789abcdef0123456789abcdef', ''],
  baggage: [...fields('baggage_parse', 0), ...fields('baggage_merge', 0, 1), ...fields('dsc', 2, 6)],
  org: ['', ...fields('org', 0, 1)],
  url: [...fields('targets', 1), ...fields('request_names', 1), ...fields('recorded_urls', 0), ...ADDRESSES],
  given: [...fields('targets', 0), ...fields('request_names', 0)],
  page: ADDRESSES,
  targets: fields('targets', 2).map((texts) => texts.split(' ').map(encodeURIComponent).join('\n')),
  patterns: ['', '1', '0', '01', '10'],
  sensitive: ['', 'patient', 'patient\ngröße\nuser[mail'],
  dsn: fields('dsn', 0),
  client: ['throughline.browser/1', ''],
  name: ['/cart', 'GET /a b', 'x'.repeat(300), 'é😀'],
  source: ['route', 'url', 'custom'],
  number: [...fields('rate_texts', 0), ...fields('rate_numbers', 0), ...fields('sample_rand', 0)],
  limits: fields('rate_limits', 1),
  category: fields('rate_limits', 3),
  message: ['', 'not_found', 'aborted', 'data_loss', 'whatever', ...fields('sentry_trace', 0)],
};

const NOW = 1_700_000_000_000;
const NUMBERS = {
  flags: [0, 1, 2, 3, 4, 5, 6, 7, 8, 15],
  dice: [0, 0.25, 0.3, 0.5, 0.999999, 1 - 2 ** -53],
  rate: [-1, 0, 0.1, 0.3, 0.5, 1, 2, 1e-9, Number.NaN, Number.POSITIVE_INFINITY, -0],
  time: [NOW, NOW - 5000, NOW + 60_000, 0, Number.NaN, -1, 1e300, Number.POSITIVE_INFINITY],
  seconds: [-1, 0, 1, 30, 60, 3600, 1e9, Number.NaN, 2 ** 53],
  status: [0, 200, 204, 301, 400, 401, 403, 404, 408, 409, 413, 429, 499, 500, 501, 502, 503, 504],
  count: [0, 1, 2, 3, 5, 8, 15, 20, 31, 32, 33, 1000],
  parent: [-1, 0, 1],
  sampler: [0, 1, 2],
};

/** What each question is asked with: kinds of texts, then of numbers. */
const QUESTIONS = {
  receive: ['trace baggage org', 'parent dice'],
  page_load: ['trace baggage id name name id org name source urls sensitive', 'dice time time flags rate'],
  sampling_context: ['baggage id name name id org name source number number', 'flags'],
  baggage: ['baggage', ''],
  merge_baggage: ['baggage baggage', ''],
  dsn: ['dsn client', ''],
  judge: ['url given page targets patterns url broken sensitive', 'flags time'],
  useless_targets: ['targets', ''],
  request_failed: ['broken url page url', 'parent time'],
  recorded: ['urls sensitive', ''],
  limits: ['table limits', 'status seconds time'],
  limited: ['table category', 'time'],
  status: ['message', 'status'],
  decide: ['', 'sampler rate parent dice'],
  retry: ['', 'status parent seconds'],
  backoff: ['', 'count dice'],
  spacing: ['', 'time dice'],
};

/** How often each question is asked with what dice choose, after each line was. */
const ROUNDS = 600;

/** Dice that fall the same each time. */
function dice(seed) {
  let state = seed;
  const next = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  return {
    next,
    below: (end) => Math.floor(next() * end),
    of: (list) => list[Math.floor(next() * list.length)],
  };
}

describe('the core that is WebAssembly, and the one that is JavaScript', () => {
  let cores;
  before(async () => {
    cores = (await makersOfCores()).map(asked);
  });

  /** What both answer. */
  function both(question, what) {
    const [one, other] = cores.map(question);
    assert.deepEqual(other, one, what());
    return one;
  }

  /** What was answered is asked with later. */
  const known = { broken: [''], table: [''] };

  function lineOf(kind, at) {
    const all = kind === 'urls' ? TEXTS.url.map((url) => `${url}\n`) : (known[kind] ?? TEXTS[kind]);
    return all[at % all.length];
  }

  function text(kind, { next, of, below }) {
    if (kind === 'urls') return Array.from({ length: below(4) }, () => `${of(TEXTS.url)}\n`).join('');
    if (known[kind] && next() < 0.8) return of(known[kind]);
    const given = of(TEXTS[next() < 0.1 ? 'any' : known[kind] ? 'any' : kind]);
    return next() < 0.02 ? given.repeat(1 + below(3000)) : given;
  }

  for (const [name, [texts, numbers]] of Object.entries(QUESTIONS)) {
    it(`answer alike: ${name}`, () => {
      const dies = dice(7);
      const answers = new Set();
      const words = (kinds) => kinds.split(' ').filter(Boolean);
      const lines = Math.max(0, ...words(texts).map((kind) => TEXTS[kind]?.length ?? 0));
      for (let round = 0; round < lines + ROUNDS; round++) {
        const given = words(texts).map((kind) => (round < lines ? lineOf(kind, round) : text(kind, dies)));
        const further = words(numbers).map((kind) => dies.of(NUMBERS[kind]));
        const answer = both(
          ({ ask }) => ask(name, given, further),
          () => JSON.stringify([name, given, further]).slice(0, 5000),
        );
        answers.add(answer);
        const table = { request_failed: 'broken', limits: 'table' }[name];
        if (table && answer && known[table].length < 50)
          known[table].push(name === 'limits' ? answer : answer.slice(answer.indexOf('\n') + 1));
      }
      assert.ok(answers.size > 1, `${name} answered ${[...answers]}`);
      assert.ok(!answers.has('fault'));
    });
  }

  it('answer alike: idle_end', () => {
    const { next, of, below } = dice(11);
    const began = NOW / 1000;
    const steady = () => of([Number.NaN, Number.POSITIVE_INFINITY, next() * 40_000]);
    const time = () => (next() < 0.1 ? Number.NaN : began + next() * 35);
    const answers = new Set();
    for (let round = 0; round < 10 * ROUNDS; round++) {
      const asked = [below(7), of([Number.NaN, time()]), next() * 40_000, began, below(2), 1000, 30_000];
      const head = [...asked, of([Number.NaN, time()]), below(2), steady(), steady(), steady(), 0, began];
      const children = Array.from({ length: below(8) }, () => [time(), time(), below(2)]);
      const [end] = both(
        ({ idleEnd }) => idleEnd(head, children),
        () => JSON.stringify([head, children]),
      );
      answers.add(end);
    }
    assert.ok(answers.size > ROUNDS);
  });

  it('make their memory larger for long texts, and answer alike', () => {
    const long = `https://shop.test/${'é'.repeat(100_000)}?a=1&token=2\n`.repeat(5);
    const answer = both(
      ({ ask }) => ask('recorded', [long, ''], []),
      () => 'a long text',
    );
    assert.ok(answer.length > 1_000_000, `${answer.length} bytes`);
  });

  it('fail alike where memory has an end, and the next one answers', () => {
    // Past what the core ever takes, see crates/module/src/memory.rs.
    const long = 'https://shop.test/'.padEnd(8_000_000, 'é');
    assert.equal(
      both(
        ({ ask }) => ask('recorded', [`${long}\n`.repeat(2), ''], []),
        () => 'too long',
      ),
      'fault',
    );
    assert.match(
      both(
        ({ ask }) => ask('status', ['not_found'], [-1]),
        () => 'after a fault',
      ),
      /not_found/,
    );
  });
});
