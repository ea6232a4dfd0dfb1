// The core as JavaScript that needs no WebAssembly, for pages whose policy allows none: a translation of the very module that all
// others have, instruction by instruction, so that it answers the same. With what such a program is (no imports, one memory, few
// kinds of instructions) it is a fifth smaller after brotli than what wasm2js makes, which knows neither pairs nor BigInt.

import { readFirst } from './order.mjs';
import { runtime } from './runtime.mjs';
import { statements } from './statements.mjs';
import { bytesOf, isList, listsIn, parsed, visitLists } from './wat.mjs';

/** What wasm-opt does before: no statement has a value any more. */
export const FLAT = [
  ...['--flatten', '--simplify-locals-nostructure', '--reorder-locals', '--vacuum', '--coalesce-locals'],
  ...['--simplify-locals-nostructure', '--vacuum', '--reorder-locals', '--merge-blocks', '--code-folding'],
  '--vacuum',
];

/** @param {string} text a module as wasm-dis writes it @returns {string} a module that exports `make` */
export function translated(text) {
  const module = parsed(text);
  const all = (kind) => module.filter((node) => node[0] === kind);
  const functions = named(all('func'), 'f', resultOf);
  const used = new Set();
  visitLists(all('func'), ([kind, name]) => kind.startsWith?.('global.') && used.add(name));
  const variables = all('global').filter(([, name]) => used.has(name));
  const globals = named(variables, 'g', ([, , type]) => (isList(type) ? type[1] : type));
  const values = variables.map((node) => `${globals.get(node[1]).name}=${node.at(-1)[1]}`);
  const types = new Map(all('type').map(([, name, func]) => [name, resultOf(func)]));
  const code = all('func').map((func) => translatedFunction(func, { functions, globals, types }));
  const table = [];
  for (const [, , [, first], ...names] of all('elem')) {
    for (const [index, name] of names.filter((one) => functions.has(one)).entries())
      table[Number(first) + index] = functions.get(name).name;
  }
  const declarations = [...values, ...(table.length ? [`table=[${table}]`] : [])];
  const exported = all('export')
    .filter(([, , [kind]]) => kind === 'func')
    .map(([, name, [, func]]) => `${name}: ${functions.get(func).name}`);
  const [, , pages] = all('memory')[0];
  const [at, constants] = constantsOf(all('data'));
  return `export function make() {
    ${runtime(pages, at, JSON.stringify(constants), code.join('\n'))}
    ${declarations.length ? `let ${declarations};` : ''}
    ${code.join('\n')}
    return { memory: { get buffer() { return memory.buffer; } }, ${exported} };
  }`;
}

/** What type a function answers. */
const resultOf = (func) => func.find(([kind]) => kind === 'result')?.[1];

/** @returns {Map<string, import('./expressions.mjs').Named>} */
const named = (nodes, letter, typeOf) =>
  new Map(nodes.map((node, at) => [node[1], { name: letter + at, type: typeOf(node) }]));

/** What stands before the statements of a function. */
const HEAD = ['export', 'type', 'param', 'result', 'local'];

function translatedFunction(func, known) {
  const parts = listsIn(func);
  const of = (kind) => parts.filter((part) => part[0] === kind);
  const body = parts.filter(([kind]) => !HEAD.includes(kind));
  const given = of('param').map(([, name]) => name);
  const locals = named([...of('param'), ...of('local')], 'v', ([, , type]) => type);
  const isZero = readFirst(body, given);
  // Locals are parameters that nobody gives: there are no shorter declarations.
  const declared = [...locals].map(([local, { name, type }]) => {
    if (!isZero.has(local)) return name;
    return `${name}=${type === 'i64' ? '0n' : '0'}`;
  });
  const code = statements(body, of('result').length > 0, { ...known, locals });
  return `function ${known.functions.get(func[1]).name}(${declared}){${code}}`;
}

/** The constants in memory: where they begin, and a character for each of their bytes. */
function constantsOf(segments) {
  const placed = segments.map((node) => [Number(listsIn(node)[0][1]), bytesOf(node.at(-1))]);
  const [[start]] = placed;
  const bytes = [];
  for (const [at, list] of placed) {
    for (const [index, byte] of list.entries()) bytes[at - start + index] = byte;
  }
  return [start, String.fromCharCode(...Array.from(bytes, (byte) => byte ?? 0))];
}
