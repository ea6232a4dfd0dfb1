// Expressions of WebAssembly in JavaScript. What would leave its operands in another order than the one in which they stand is
// not written: JavaScript evaluates them from the left to the right too.

import { calculated, exact, KIND, kindOf, loose, opposite, truth } from './operators.mjs';
import { isFreeOf, isQuiet } from './order.mjs';
import { isList, listsIn } from './wat.mjs';

const { SIGNED, SMALL, BOOL, BIG, FLOAT, LOOSE, LOOSE_BIG } = KIND;

/** The names of the functions of runtime.mjs that read memory and write to it. */
const MEMORY = {
  'i32.load': 'readInt',
  'i32.load8_u': 'readByte',
  'i32.load8_s': 'readSignedByte',
  'i32.load16_u': 'readShort',
  'i64.load': 'readBig',
  'f64.load': 'readFloat',
  'i32.store': 'writeInt',
  'i32.store8': 'writeByte',
  'i32.store16': 'writeShort',
  'i64.store': 'writeBig',
  'f64.store': 'writeFloat',
};

/**
 * What a local, a global or a function is in JavaScript, and the type of what it holds or answers.
 *
 * @typedef {{ name: string, type?: string }} Named
 */

/**
 * What names stand for, in one function.
 *
 * @typedef {object} Scope
 * @property {Map<string, Named>} locals
 * @property {Map<string, Named>} globals
 * @property {Map<string, Named>} functions
 * @property {Map<string, string | undefined>} types what functions of a type answer
 */

/** @param {import('./wat.mjs').Node[]} node @param {Scope} scope @returns {import('./operators.mjs').Value} */
export function expression(node, scope) {
  const [kind, first, ...rest] = node;
  const value = (operand) => exactly(operand, scope);
  switch (kind) {
    case 'local.get':
    case 'global.get': {
      const { name, type } = variable(node, scope);
      return { code: name, kind: kindOf(type) };
    }
    case 'local.tee': {
      const { kind: given } = expression(rest[0], scope);
      return { code: `${variable(node, scope).name}=${value(rest[0])}`, kind: settled(given) };
    }
    case 'call': {
      const { name, type } = scope.functions.get(first);
      return { code: `${name}(${rest.map(value)})`, kind: kindOf(type) };
    }
    case 'call_indirect':
      return calledByNumber(listsIn(node), scope);
    case 'i32.const':
      return { code: `${first | 0}`, kind: (first | 0) < 0 ? SIGNED : SMALL };
    case 'i64.const':
      return { code: `${BigInt.asUintN(64, BigInt(first))}n`, kind: BIG };
    case 'f64.const':
      return { code: float(first), kind: FLOAT };
    case 'select':
      return chosen(listsIn(node), scope);
    case 'i32.eqz':
      return { code: contrary(first, scope), kind: BOOL };
    case 'memory.size':
      return { code: 'pages()', kind: SMALL };
    case 'memory.grow':
      return { code: `grow(${value(first)})`, kind: SIGNED };
    case 'memory.copy':
      return { code: `copy(${listsIn(node).map(value)})` };
    case 'i64.load8_u':
      return { code: `BigInt(${touched(['i32.load8_u', ...node.slice(1)], scope).code})`, kind: BIG };
  }
  if (MEMORY[kind]) return touched(node, scope);
  const operands = listsIn(node);
  const constants = operands.map(([of, number]) => (of === 'i32.const' ? Number(number) : undefined));
  const found = calculated(
    kind,
    operands.map((operand) => expression(operand, scope)),
    constants,
  );
  if (!found) throw new TypeError(`The core has an instruction that is not known: ${kind}`);
  return found;
}

/** A call of a function of the table. The compiler makes one where Rust's library is not compiled with the core. */
function calledByNumber([[, type], ...operands], scope) {
  const [given, which] = [operands.slice(0, -1), operands.at(-1)];
  if (!isQuiet(which) || !isFreeOf(which, ['', ...given]))
    throw new TypeError('The core looks up a function after it has evaluated what it calls it with.');
  const code = `table[${exactly(which, scope)}](${given.map((one) => exactly(one, scope))})`;
  return { code, kind: kindOf(scope.types.get(type)) };
}

/** The local or the global that an instruction is about. @returns {Named} */
export function variable([kind, name], { locals, globals }) {
  return (kind.startsWith('local') ? locals : globals).get(name);
}

/** The code of an expression whose value a local may hold. */
export const exactly = (node, scope) => exact(expression(node, scope));

/** The kind of a value once a local holds it. */
const settled = (kind) => ({ [LOOSE]: SIGNED, [BOOL]: SMALL, [LOOSE_BIG]: BIG })[kind] ?? kind;

function float(literal) {
  if (literal.includes('nan')) return 'NaN';
  return literal.replace('inf', '1/0');
}

/** How far behind its address an instruction reads or writes, if at all: the last that the functions of runtime.mjs are given. */
function offset(node) {
  const word = node.find((word) => !isList(word) && word.startsWith('offset='));
  return word ? [word.slice(7)] : [];
}

function touched(node, scope) {
  const [kind] = node;
  const name = MEMORY[kind];
  const given = listsIn(node).map((operand) => expression(operand, scope).code);
  const code = `${name}(${[...given, ...offset(node)]})`;
  if (given.length > 1) return { code };
  const isSmall = /load\d+_u/.test(kind);
  return { code, kind: isSmall ? SMALL : kindOf(kind.slice(0, 3)) };
}

/** One of two values, both of which are there before it is asked which. */
function chosen([type, ...all], scope) {
  const [first, second, which] = type[0] === 'result' ? all : [type, ...all];
  const values = [first, second].map((node) => expression(node, scope));
  const asked = condition(which, scope);
  if ([first, second].every((node) => isQuiet(node) && isFreeOf(node, which))) {
    const kind = common(values.map((value) => value.kind));
    const [a, b] = values.map(kind === SMALL || kind === SIGNED ? exact : loose);
    return { code: `${asked}?${a}:${b}`, kind };
  }
  const kind = settled(values[0].kind);
  return {
    code: `choose(${exact(values[0])},${exact(values[1])},${asked})`,
    kind: kind === SMALL ? SIGNED : kind,
  };
}

/** What is known of one of two values. */
function common([a, b]) {
  if (a === b) return a;
  const isEither = (kind) => a === kind || b === kind;
  if (isEither(LOOSE_BIG)) return LOOSE_BIG;
  if (isEither(LOOSE)) return LOOSE;
  return isEither(SIGNED) ? SIGNED : SMALL;
}

/** The code of a condition: what is not 0 holds. */
export function condition(node, scope) {
  const [kind, first, second] = node;
  if (kind === 'i32.eqz') return contrary(first, scope);
  // No two numbers of 32 bits are 2^32 apart.
  if (kind === 'i32.sub') return `(${exactly(first, scope)}!=${exactly(second, scope)})`;
  return truth(expression(node, scope));
}

/** The code of its contrary. */
export function contrary(node, scope) {
  const [kind, first, second] = node;
  const other = opposite(kind);
  if (other) return condition([other, first, second], scope);
  if (kind === 'i32.eqz') return condition(first, scope);
  if (kind === 'i32.sub') return `(${exactly(first, scope)}==${exactly(second, scope)})`;
  return `!${condition(node, scope)}`;
}
