// Every function that the package exports says in its types what it does and what it takes, with an example.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { root } from '../../scripts/lib/project.mjs';

const read = (file) => readFileSync(join(root, 'dist', file), 'utf8');

/** The functions that the package exports: own name, exported name and file. */
function exported() {
  const index = read('index.d.ts');
  const found = [];
  for (const [, names, file] of index.matchAll(/export \{([^}]*)\} from '\.\/(.*?)\.js'/g)) {
    for (const name of names.split(',').map((name) => name.trim())) {
      if (!name || name.startsWith('type ')) continue;
      const [own, as = own] = name.split(' as ');
      if (read(`${file}.d.ts`).includes(`export declare function ${own}`))
        found.push([own, as, `${file}.d.ts`]);
    }
  }
  return found;
}

describe('comments', () => {
  const functions = exported();

  it('are looked for in many functions', () => assert.ok(functions.length > 45, `${functions.length}`));

  for (const [own, as, file] of functions) {
    it(`${as} says what it does, with an example`, () => {
      const text = read(file);
      const declared = text.indexOf(`export declare function ${own}`);
      const comment = text.slice(text.lastIndexOf('/**', declared), declared);
      assert.match(comment, /\* [A-Z`].*\S/);
      assert.match(comment, /@example\n \* \S/);
      const parameters =
        text.slice(declared).match(/^export declare function \w+(?:<[^(]*>)?\((\)?)/)?.[1] !== ')';
      if (parameters) assert.match(comment, /@param \w+ \S/);
      assert.ok(!comment.slice(3).includes('export declare'), `${as} has no comment of its own`);
    });
  }
});
