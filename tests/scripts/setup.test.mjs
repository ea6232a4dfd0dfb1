// What set-up reads from files and from the words of other programs.
import assert from 'node:assert/strict';
import test from 'node:test';
import { lackingPackages } from '../../scripts/setup/engines.mjs';
import { holdsAll } from '../../scripts/setup/packages.mjs';
import { atLeast, isDebian, lockedVersion, versionIn } from '../../scripts/setup/versions.mjs';
import { engines } from '../support/engines.mjs';

test('takes the version of exactly the named crate from Cargo.lock', () => {
  const lock = `[[package]]
name = "wasm-bindgen-macro"
version = "0.2.9"

[[package]]
name = "wasm-bindgen"
version = "0.2.130"
`;
  assert.equal(lockedVersion(lock, 'wasm-bindgen'), '0.2.130');
  assert.equal(lockedVersion(lock, 'bindgen'), undefined);
});

test('finds the version in what a program says of itself', () => {
  assert.equal(versionIn('rustc 1.96.0 (ac68faa20 2026-05-25) (built from a source tarball)'), '1.96.0');
  assert.equal(versionIn(undefined), undefined);
});

test('compares versions by number, not by letter', () => {
  assert.ok(atLeast('1.100.0', '1.90'));
  assert.ok(atLeast('1.90.0', '1.90'));
  assert.ok(!atLeast('1.9.9', '1.90'));
});

test('knows Debian and the systems made from it', () => {
  assert.ok(isDebian('PRETTY_NAME="Debian GNU/Linux 12"\nVERSION_ID="12"\nID=debian\n'));
  assert.ok(isDebian('ID=linuxmint\nID_LIKE="ubuntu debian"\n'));
  assert.ok(!isDebian('ID="fedora"\nNAME="not debian"\n'));
  assert.ok(!isDebian(''));
});

test('accepts node_modules without the optional packages of other systems', () => {
  const wanted = { '': {}, a: { version: '1.0.0' }, b: { version: '2.0.0', optional: true } };
  assert.ok(holdsAll({ a: { version: '1.0.0' } }, wanted));
  assert.ok(!holdsAll({ a: { version: '0.9.0' } }, wanted));
  assert.ok(!holdsAll({}, wanted));
});

test('knows what each engine of the tests needs', () => {
  assert.deepEqual(Object.keys(engines), ['Chromium', 'Firefox', 'WebKitGTK']);
  for (const engine of Object.keys(engines)) assert.ok(Array.isArray(lackingPackages(engine)));
});
