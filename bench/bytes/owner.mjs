// Whose a function of the core is: a file of ours, or a crate.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../scripts/lib/project.mjs';

/** Crates that are Rust's standard library, by what they are for. */
const STANDARD = new Set(['core', 'alloc', 'std', '__rustc', 'rustc_std_workspace_core']);

/** @param {string} symbol a name as the compiler writes it, or a demangled one */
export function ownerOf(symbol) {
  const name = demangled(symbol);
  if (/^(memcpy|memmove|memset|memcmp|bcmp|__mul|__udiv|__div|compiler_builtins)/.test(name))
    return 'compiler_builtins';
  if (/^(__wbindgen|__externref|__wbg)/.test(name)) return 'wasm-bindgen';
  // What we export has the name under which it is exported.
  if (/^[a-z]+(_[a-z]+)*$/.test(name)) return 'crates/module (exports, with what is inlined into them)';
  // Hashes tell crates of the same name apart.
  const plain = name.replace(/\[[0-9a-f]{16}\]/g, '').replace(/::h[0-9a-f]{16}$/, '');
  // `<A as B>::f` and `<impl A>::f` belong to A; of a `Vec<Span>` the first crate that is not Rust's own decides.
  const paths = plain.match(/[a-z_][a-z0-9_]*(::[A-Za-z_{][\w{}#]*)+/g) ?? [];
  const own = paths.find((path) => /^throughline(_module)?::/.test(path));
  if (own) return fileOf(own.split('::'));
  const crates = paths.map((path) => path.split('::')[0]);
  const foreign = crates.find((crate) => !STANDARD.has(crate));
  if (foreign) return foreign;
  if (paths.some((path) => /^core::fmt|::fmt::/.test(path))) return 'core::fmt';
  if (paths.some((path) => /^core::(num|f64)/.test(path))) return 'core::num';
  return crates[0] ?? (name.startsWith('__rust') ? 'alloc' : 'others');
}

/**
 * The paths of a mangled name, each from its crate on: enough to tell whose it is. Rust's v0 mangling (RFC 2603) has a crate as
 * `Cs`, a hash and its name, and each name behind its length.
 */
function demangled(symbol) {
  if (!symbol.startsWith('_R')) return symbol;
  const paths = [...symbol.matchAll(/Cs[0-9A-Za-z]+_(?=\d)/g)].map((crate) => {
    const names = [];
    let rest = symbol.slice(crate.index + crate[0].length);
    for (let [length] = /^\d+/.exec(rest) ?? []; length; [length] = /^\d+/.exec(rest) ?? []) {
      const begin = rest[length.length] === '_' ? length.length + 1 : length.length;
      names.push(rest.slice(begin, begin + Number(length)));
      rest = rest.slice(begin + Number(length));
    }
    return names.join('::');
  });
  return paths.join(' ');
}

/** The file in which a path of ours lies, crate first: the longest beginning that is one. @param {string[]} path */
function fileOf([crate, ...path]) {
  const folder = crate === 'throughline' ? 'src' : 'crates/module/src';
  for (let length = Math.min(path.length, 3); length > 0; length--) {
    const file = `${folder}/${path.slice(0, length).join('/')}`;
    if (existsSync(join(root, `${file}.rs`))) return `${file}.rs`;
    if (existsSync(join(root, file, 'mod.rs'))) return `${file}/mod.rs`;
  }
  return `${folder}/lib.rs`;
}
