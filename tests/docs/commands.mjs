// The commands that documents name are there: scripts of package.json, checks of `npm test`, features of the crate, files.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../scripts/lib/project.mjs';

const read = (file) => readFileSync(join(root, file), 'utf8');
const { name: PACKAGE, scripts } = JSON.parse(read('package.json'));
const FEATURES = /(?<=^\[features\]\n).*?(?=^\[)/ms.exec(read('Cargo.toml'))[0];

/**
 * Fails where a command is none.
 *
 * @param {string} line without its comment
 * @param {string[]} files what its document has written by then
 */
export function checkCommand(line, files = []) {
  const [program, ...args] = line.trim().split(/\s+/);
  const check = CHECKS[program];
  assert.ok(check, `nothing knows the command "${line}"`);
  check(args, line, files);
}

const CHECKS = {
  npm: ([verb, ...args], line) => {
    if (verb === 'install') {
      // What is installed beside us are the programs of others, which the examples import.
      for (const name of args)
        assert.ok(name === PACKAGE || read('package.json').includes(`"${name}"`), line);
      return;
    }
    const script = verb === 'run' ? args.shift() : verb;
    assert.ok(scripts[script], `package.json has no script "${script}"`);
    if (script === 'example') assert.ok(existsSync(join(root, 'examples', args[0])), line);
    if (script === 'test' && args.shift() === '--') {
      for (const name of args) {
        assert.match(read('scripts/test.mjs'), new RegExp(`^ {2}async ${name}\\(\\)`, 'm'), line);
      }
    }
  },
  node: (args, line, written) => {
    const files = args.filter((arg) => !arg.startsWith('-')).map((arg) => arg.replace(/^\.\//, ''));
    assert.ok(files.length, line);
    for (const file of files) assert.ok(written.includes(file) || existsSync(join(root, file)), line);
  },
  cargo: ([verb, name, ...args], line) => {
    assert.equal(verb, 'add', line);
    if (name !== PACKAGE) return assert.ok(read('examples/Cargo.toml').includes(`\n${name} =`), line);
    const features = args.filter((arg) => arg !== '--no-default-features');
    if (features.length) assert.equal(features.shift(), '--features', line);
    for (const feature of features) assert.match(FEATURES, new RegExp(`^${feature} =`, 'm'), line);
  },
};
