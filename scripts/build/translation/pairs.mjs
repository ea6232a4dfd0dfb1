// Functions that answer two values answer one here, and leave the other in a global. The compiler has such functions for the
// address and the length of a text. wasm2js knows none, nor does JavaScript; and as text the module is 600 bytes smaller after brotli
// with the global, because no local has to hold a pair.

import { isList, listsIn, parsed, printed } from './wat.mjs';

/** The second value. */
const SECOND = '$second';

/** Holds the first value of a pair that is made, until the second is there. */
const FIRST = '$first';

/** What stands at the head of a function. */
const HEAD = ['export', 'type', 'param', 'result'];

/** @param {string} text a module as wasm-dis writes it @returns {string} one whose functions answer at most one value */
export function withoutPairs(text) {
  const module = parsed(text).map((node) => (node[0] === 'func' ? lowered(node) : single(node)));
  return printed([...module, ['global', SECOND, ['mut', 'i32'], ['i32.const', '0']]]);
}

/** Whether this says that a pair comes out of a function or of a block. */
const isPair = (node) => node[0] === 'result' && (node.length === 3 || node[1][0] === 'tuple');

/** A declaration of a type. */
function single(node) {
  if (!isList(node)) return node;
  return isPair(node) ? ['result', 'i32'] : node.map(single);
}

function lowered(func) {
  const isLocal = ([kind, , type]) => kind === 'local' && type[0] === 'tuple';
  const pairs = new Set(
    listsIn(func)
      .filter(isLocal)
      .map(([, name]) => name),
  );
  const second = (name) => `${name}.second`;
  const keep = (name, value) => [
    ['local.set', name, lower(value)],
    ['local.set', second(name), ['global.get', SECOND]],
  ];
  const valued = (...body) => ['block', ['result', 'i32'], ...body];
  const lower = (node) => {
    if (!isList(node)) return node;
    const [kind, name, value, other] = node;
    if (isPair(node)) return ['result', 'i32'];
    if (kind === 'tuple.make') {
      const [first, last] = [value, other].map(lower);
      return valued(['local.set', FIRST, first], ['global.set', SECOND, last], ['local.get', FIRST]);
    }
    if (kind === 'tuple.extract')
      return value === '0' ? lower(other) : valued(['drop', lower(other)], ['global.get', SECOND]);
    if (!pairs.has(name)) return node.map(lower);
    if (kind === 'local.set') return ['block', ...keep(name, value)];
    if (kind === 'local.tee') return valued(...keep(name, value), ['local.get', name]);
    if (kind === 'local.get')
      return valued(['global.set', SECOND, ['local.get', second(name)]], ['local.get', name]);
    return node;
  };
  const body = func.map(lower).flatMap((node) =>
    isList(node) && isLocal(node)
      ? [
          ['local', node[1], 'i32'],
          ['local', second(node[1]), 'i32'],
        ]
      : [node],
  );
  const head = body.findIndex((node, index) => index > 1 && !HEAD.includes(node[0]));
  return [...body.slice(0, head), ['local', FIRST, 'i32'], ...body.slice(head)];
}
