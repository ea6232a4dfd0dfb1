// What holds for each document as a page: its links lead somewhere, it is short, and it names what there is and nothing else.
import assert from 'node:assert/strict';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { root } from '../../scripts/lib/project.mjs';
import { DOCUMENTS, textOf } from './documents.mjs';

/** Nobody reads further. */
const MOST_LINES = 200;

/** A document without its code. */
const proseOf = (document) => textOf(document).replace(/^( *)```.*?^\1```$/gms, '');

/** The anchors of a document, as GitHub makes them of its headings. */
function anchorsOf(document) {
  const found = [];
  for (const [, heading] of proseOf(document).matchAll(/^#+ +(.*)$/gm)) {
    const plain = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').replace(/[`*]/g, '');
    const anchor = plain
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replace(/\s/g, '-');
    const before = found.filter((one) => one.replace(/-\d+$/, '') === anchor).length;
    found.push(before ? `${anchor}-${before}` : anchor);
  }
  return found;
}

for (const document of [...DOCUMENTS, 'CONTRIBUTING.md']) {
  describe(document, () => {
    it('has links that lead somewhere', () => {
      const wrong = [];
      for (const [, target] of proseOf(document).matchAll(/\]\(([^)\s]+)\)/g)) {
        if (/^https?:/.test(target)) continue;
        const [path, anchor] = target.split('#');
        const file = path ? join(dirname(document), path) : document;
        if (!existsSync(join(root, file))) wrong.push(target);
        else if (anchor && !anchorsOf(file).includes(anchor)) wrong.push(target);
      }
      assert.deepEqual(wrong, []);
    });

    it(`has at most ${MOST_LINES} lines`, () => {
      assert.ok(textOf(document).split('\n').length - 1 <= MOST_LINES);
    });
  });
}

it('README.md leads to every document', () => {
  const found = new Set(['README.md']);
  const queue = ['README.md'];
  for (const document of queue) {
    for (const [, target] of proseOf(document).matchAll(/\]\(([^)#\s]+\.md)/g)) {
      const file = join(dirname(document), target);
      if (!/^https?:/.test(target) && !found.has(file) && DOCUMENTS.includes(file)) {
        found.add(file);
        queue.push(file);
      }
    }
  }
  assert.deepEqual(
    DOCUMENTS.filter((document) => !found.has(document)),
    [],
  );
});

describe('docs/api.md', () => {
  const text = textOf('docs/api.md');
  /** What the package exports, of all its entries but the scripts: values, and types. */
  const { exports: entries } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const declared = new Set(
    JSON.stringify(entries)
      .match(/dist\/[\w-]+\.d\.ts/g)
      .map((file) => join(root, file)),
  );
  const index = [...declared].map((file) => readFileSync(file, 'utf8')).join('\n');
  const exported = [];
  for (const [, names] of index.matchAll(/export (?:type )?\{([^}]*)\}/g)) {
    for (const name of names.split(','))
      exported.push(
        name
          .trim()
          .replace(/^type /, '')
          .split(' as ')
          .at(-1),
      );
  }
  const constants = readFileSync(join(root, 'dist', 'api', 'constants.d.ts'), 'utf8');
  for (const [, name] of constants.matchAll(/export (?:declare const|\{) ?(\w+)/g)) exported.push(name);
  const types = [...index.matchAll(/export type \{([^}]*)\}/g), ...index.matchAll(/\btype (\w+)/g)].flatMap(
    ([, names]) => names.split(',').map((name) => name.trim().split(' as ').at(-1)),
  );

  it('names everything that is exported', () => {
    assert.ok(exported.length > 100, `${exported.length} names`);
    const values = exported.filter((name) => name && !types.includes(name));
    assert.deepEqual(
      values.filter((name) => !new RegExp(`\`${name}\\b`).test(text)),
      [],
    );
  });

  it('names no function that is not', () => {
    const named = [...text.matchAll(/(?<=^- [^:]*)`(\w+)(?=\(|`)/gm)].map(([, name]) => name);
    assert.ok(named.length > 60, named.join());
    assert.deepEqual(
      named.filter((name) => !exported.includes(name)),
      [],
    );
  });

  it('names no type that is not', () => {
    const [, list] = /^## Types\n(.*)/ms.exec(text);
    const named = [...list.matchAll(/`(\w+)`/g)].map(([, name]) => name);
    assert.deepEqual(
      named.filter((name) => !exported.includes(name)),
      [],
    );
  });
});

it('docs/opentelemetry.md has each name that is written otherwise, and no other', () => {
  const source = readFileSync(join(root, 'js', 'otlp', 'attributes.ts'), 'utf8');
  const [, names] = /SEMANTIC_NAMES[^{]*\{(.*?)^\};/ms.exec(source);
  const written = [...names.matchAll(/'?([\w.]+)'?: '([\w.]+)'/g)].map(([, from, to]) => `${from} ${to}`);
  assert.ok(written.length > 20, written.join());
  const [, table] = /^\| Sentry's \|.*?\n\|---.*?\n(.*?)^$/ms.exec(textOf('docs/opentelemetry.md'));
  const said = [...table.matchAll(/^\| `([\w.]+)` \| `([\w.]+)` \|$/gm)].map(
    ([, from, to]) => `${from} ${to}`,
  );
  assert.deepEqual(said.sort(), written.sort());
});

/** The options of an interface in js/, each with the table or list of a document that has them. */
const TABLES = [
  ['docs/node.md', 'node/http-options.ts', 'HttpOptions'],
  ['docs/opentelemetry.md', 'otlp/exporter.ts', 'OtlpExporterOptions'],
];

for (const [document, file, name] of TABLES) {
  it(`${document} has each of ${name} once, and no other`, () => {
    const source = readFileSync(join(root, 'js', file), 'utf8');
    const [body] = new RegExp(`(?<=^export interface ${name}[^{]*\\{).*?(?=^\\})`, 'ms').exec(source);
    const options = [...body.matchAll(/^ {2}(\w+)\??:/gm)].map(([, member]) => member);
    const [, table] = /^## Options\n.*?^\|---.*?\n(.*?)^$/ms.exec(textOf(document));
    const named = [...table.matchAll(/^\| `(\w+)` \|/gm)].map(([, option]) => option);
    assert.deepEqual(named.sort(), options.sort());
  });
}

describe('docs/options.md', () => {
  const text = textOf('docs/options.md');
  /** The members of interfaces in a file. */
  const membersOf = (file, ...interfaces) =>
    interfaces.flatMap((name) => {
      const source = readFileSync(join(root, 'js', file), 'utf8');
      const [body] = new RegExp(`(?<=^export interface ${name}[^{]*\\{).*?(?=^\\})`, 'ms').exec(source);
      return [...body.matchAll(/^ {2}(\w+)\?:/gm)].map(([, member]) => member);
    });
  const own = membersOf('types/options.ts', 'BrowserOptions');
  const others = membersOf('types/options.ts', 'OtherOptions');
  const tracing = [
    ...membersOf('integrations/browser-tracing.ts', 'BrowserTracingOptions'),
    ...membersOf('integrations/routes.ts', 'RouteOptions'),
    ...membersOf('integrations/linked-traces.ts', 'LinkOptions'),
    ...membersOf('integrations/measures.ts', 'MeasureOptions'),
    ...membersOf('page/requests.ts', 'RequestInstrumentationOptions'),
  ];
  /** The names that the lists of a section begin with. */
  const namedIn = (section) => {
    const [, body] = new RegExp(`^## ${section}\n(.*?)(?=^## )`, 'ms').exec(text);
    return [...body.matchAll(/^- `(\w+)`: /gm)].map(([, name]) => name);
  };

  for (const [section, options] of [
    ['`init`', own],
    ['`browserTracingIntegration`', tracing],
  ]) {
    it(`has each option of ${section} once, and no other`, () => {
      assert.deepEqual(namedIn(section).sort(), [...options].sort());
    });
  }

  it('says which options of the reference do nothing', () => {
    assert.deepEqual(
      others.filter((name) => !text.includes(`\`${name}\``)),
      [],
    );
  });

  it('names every attribute of the script tag', () => {
    const source = readFileSync(join(root, 'js', 'entry', 'script.ts'), 'utf8');
    const [, list] = /const \{([^}]*)\} = data;/.exec(source);
    const attributes = list
      .split(',')
      .map((name) => `data-${name.trim().replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`);
    assert.ok(attributes.length > 5);
    assert.deepEqual(
      attributes.filter((name) => !text.includes(`\`${name}\``)),
      [],
    );
  });
});

it('pictures are there', () => {
  for (const document of DOCUMENTS) {
    for (const [, alternative, target] of textOf(document).matchAll(/!\[([^\]]*)\]\(([^)]*)\)/g)) {
      assert.ok(alternative.length > 20, `${target} says nothing to who does not see it`);
      assert.ok(statSync(join(root, dirname(document), target)).size > 1000, target);
    }
  }
});
