// Every block of code in README.md and docs/ is proved: what a page runs, runs in one; what a server runs, in Node; headers are
// sent by a server; commands are there. documents.mjs says how a block says what it is. What a comment promises (`// → …`) is
// compared with what comes out, and what the text beside promises stands in promises.mjs.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { root } from '../../scripts/lib/project.mjs';
import { useBrowser } from '../support/browser.mjs';
import { assertAnswer, withAnswers } from './answers.mjs';
import { checkCommand } from './commands.mjs';
import { blocksOf, DOCUMENTS } from './documents.mjs';
import { proveHeaders, REFUSED } from './headers.mjs';
import { promises } from './promises.mjs';
import { runInNode, runServer } from './servers.mjs';
import { bundled, DSN, openShop, PROGRAM } from './site.mjs';

/** Blocks that nothing runs, each for the reason that it says. May become fewer. */
const MOST_NOT_RUN = 3;

const blocks = DOCUMENTS.flatMap(blocksOf);

/** What a page says on the console, as a block with the mark `says` and its name quotes it. */
const saidBy = (name) =>
  blocks.filter(({ marks }) => name && marks.says === name).flatMap(({ code }) => code.trim().split('\n'));

const READER = readFileSync(join(root, 'tests', 'docs', 'reader.js'), 'utf8');

describe('the code of the documents', { timeout: 300_000, concurrency: 4 }, () => {
  const browser = useBrowser();

  /** Runs a module in a page, compares what its comments promise, and has its promise kept. */
  async function runInPage({ code: own, marks, document }) {
    const first = blocks.find((block) => marks.after && block.marks.as === marks.after);
    assert.equal(Boolean(first), Boolean(marks.after), `no block is as=${marks.after}`);
    const code = `${first?.code ?? ''}${own}`;
    const { program, expected } = withAnswers(code);
    const workers = blocks.filter((block) => block.document === document && block.marks.worker);
    const headers = marks.policy ? { 'content-security-policy': marks.policy } : {};
    const shop = await openShop(browser, { headers, program, workers });
    const { page } = shop;
    // A page has one of them.
    const [entry] = /(?<=from ')throughline[^']*/.exec(code) ?? ['throughline'];
    page.on('pageerror', (error) => assert.fail(error));
    // Who imports gets what he imports. Where nothing is imported, names are those of the package, and what a reader has.
    const imports = /from 'throughline/.test(code);
    const starts = /\binit\(/.test(code);
    const told = await page.evaluate(
      async ([reader, program, dsn, imports, starts, entry]) => {
        const all = await import(entry);
        for (const [name, value] of imports ? [] : Object.entries(all)) {
          if (!(name in globalThis)) globalThis[name] = value;
        }
        globalThis.thePackage = all;
        const answers = [];
        globalThis.told = (value, number) => {
          // As it is at this moment.
          answers[number] = [value === undefined ? value : JSON.parse(JSON.stringify(value))];
        };
        if (!imports) await import(URL.createObjectURL(new Blob([reader], { type: 'text/javascript' })));
        if (!starts) {
          all.init({ dsn, tracesSampleRate: 1, integrations: [all.browserTracingIntegration()] });
        }
        globalThis.exported = await import(program);
        return answers;
      },
      [READER, PROGRAM, DSN, imports, starts, entry],
    );
    await promises[marks.as]?.(shop);
    for (const [number, { line, text }] of expected.entries()) {
      assert.ok(told[number], `line ${line} was never reached: ${text}`);
      assertAnswer(told[number][0], text);
    }
    const quoted = [...saidBy(marks.after), ...saidBy(marks.as)];
    while (page.said.filter((line) => line.startsWith('[throughline]')).length < quoted.length) {
      await page.waitForEvent('console');
    }
    const said = page.said.filter((line) => /^(\[throughline\]|uncaught)/.test(line));
    assert.equal(said.length, quoted.length, said.join('\n'));
    for (const [at, line] of quoted.entries()) assertAnswer(said[at], line);
    await page.context().close();
  }

  /** A file that a program of its document begins with is run by that program. */
  function checkImported({ document, marks }) {
    const isUsed = blocks.some((block) => block.document === document && block.marks.import === marks.name);
    assert.ok(isUsed, `nothing is import=${marks.name}`);
  }

  const provers = {
    js: async (block) => {
      if ('server' in block.marks) {
        const first = blocks.find(({ document, marks }) => {
          return document === block.document && marks.name && marks.name === block.marks.import;
        });
        assert.equal(Boolean(first), Boolean(block.marks.import), `no block is name=${block.marks.import}`);
        return runServer(block, browser, first);
      }
      if (block.marks.name) return checkImported(block);
      if ('node' in block.marks) return runInNode(block);
      // It is run by the page that starts it.
      if (block.marks.worker) return bundled(block.code);
      return runInPage(block);
    },
    html: async ({ code, marks }) => {
      const shop = await openShop(browser, { head: code });
      const promise = promises[marks.as];
      assert.ok(promise, 'a page has to keep a promise');
      await promise(shop);
      assert.deepEqual(shop.page.said, []);
      await shop.page.context().close();
    },
    sh: ({ code, document }) => {
      const files = blocks.filter((block) => block.document === document).map(({ marks }) => marks.name);
      for (const line of code.trim().split('\n')) checkCommand(line.replace(/ +#.*$/, ''), files);
    },
    http: ({ code }) => proveHeaders(code, browser),
    json: ({ code }) => JSON.parse(code),
  };

  for (const block of blocks) {
    const { document, line, language, marks } = block;
    const does = marks.as ? `: ${marks.as}` : '';
    const name = `${document}:${line} (${language})${does}`;
    if (marks['not-run'] !== undefined || marks.says) continue;
    if (marks.by) {
      it(`${name} is run by ${marks.by}`, () => {
        assert.ok(
          readFileSync(join(root, marks.by), 'utf8').includes(document),
          `it does not read ${document}`,
        );
      });
      continue;
    }
    if (marks.file) {
      it(`${name} stands in ${marks.file}`, () => {
        const text = readFileSync(join(root, marks.file), 'utf8');
        for (const part of block.code.trim().split('\n')) {
          assert.ok(text.includes(part.trim()), `it does not say: ${part}`);
        }
      });
      continue;
    }
    it(name, { timeout: 60_000 }, async () => {
      assert.ok(provers[language], `nothing runs a block of "${language}": see documents.mjs`);
      await provers[language](block);
    });
  }

  it('is there', () => assert.ok(blocks.length > 50, `${blocks.length} blocks`));

  it('says why where it is not run, and seldom is not', () => {
    const idle = blocks.filter(({ marks }) => marks['not-run'] !== undefined);
    for (const { document, line, marks } of idle) {
      assert.match(marks['not-run'], /\w+ \w+/, `${document}:${line} gives no reason`);
    }
    assert.ok(idle.length <= MOST_NOT_RUN, `${idle.length} blocks are not run`);
  });

  it('keeps every promise that there is', () => {
    for (const { marks } of blocks) {
      const { says } = marks;
      if (says) assert.ok(says === REFUSED || blocks.some(({ marks: of }) => of.as === says), says);
    }
    const named = blocks.map(({ marks }) => marks.as).filter(Boolean);
    assert.deepEqual(
      named.filter((name) => !promises[name]),
      [],
    );
    assert.deepEqual(
      Object.keys(promises).filter((name) => !named.includes(name)),
      [],
    );
    assert.equal(new Set(named).size, named.length, 'two blocks have one name');
  });
});
