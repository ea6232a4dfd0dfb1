// What instructions on numbers are in JavaScript. An i32 is a number, an i64 a BigInt, and an f64 a number.
//
// A number that stands for an i32 is not always one: it may be so many times 2^32 too large, or too small. Where it is used for its
// last 32 bits only (as by `&`, or to be stored) nothing need be done to it; else the shortest that makes it one.

/**
 * What is known of the value of an expression.
 *
 * @typedef {object} Value
 * @property {string} code
 * @property {Kind} kind
 */

/** @typedef {typeof KIND[keyof typeof KIND]} Kind */
export const KIND = {
  /** The last 32 bits count. */
  LOOSE: 'loose',
  /** From -2^31 to 2^31 - 1. */
  SIGNED: 'signed',
  /** From 0 to 2^31 - 1. */
  SMALL: 'small',
  /** `true` for 1, `false` for 0. */
  BOOL: 'bool',
  /** The last 64 bits count. */
  LOOSE_BIG: 'loose big',
  /** From 0 to 2^64 - 1. */
  BIG: 'big',
  FLOAT: 'float',
};

const { LOOSE, SIGNED, SMALL, BOOL, LOOSE_BIG, BIG, FLOAT } = KIND;

/** The kind of what a local, a function or an address of this type holds. */
export const kindOf = (type) => ({ i32: SIGNED, i64: BIG, f64: FLOAT })[type];

const isSmall = ({ kind }) => kind === SMALL || kind === BOOL;

/** The value as a local may hold it. @param {Value} value */
export function exact({ code, kind }) {
  if (kind === LOOSE) return `((${code})|0)`;
  if (kind === BOOL) return `+(${code})`;
  return kind === LOOSE_BIG ? `wrap(${code})` : `(${code})`;
}

/** Its last bits. @param {Value} value */
export const loose = ({ code }) => `(${code})`;

/** As a number that is not negative. @param {Value} value */
const unsigned = (value) => (isSmall(value) ? `(${value.code})` : `((${value.code})>>>0)`);

/** As a condition. @param {Value} value */
export const truth = ({ code, kind }) => (kind === LOOSE ? `((${code})|0)` : `(${code})`);

const COMPARED = { eq: '==', ne: '!=', lt: '<', gt: '>', le: '<=', ge: '>=' };
const OPPOSITE = { eq: 'ne', ne: 'eq', lt: 'ge', gt: 'le', le: 'gt', ge: 'lt' };
const CALCULATED = { add: '+', sub: '-', mul: '*', div: '/', and: '&', or: '|', xor: '^', shl: '<<' };

/** An instruction that says the contrary; nothing if there is none. Of floats: neither says anything of what is no number. */
export function opposite(instruction) {
  const [, type, what, sign = ''] = /^(i32|i64)\.([a-z]+)(_[su])?$/.exec(instruction) ?? [];
  return OPPOSITE[what] && `${type}.${OPPOSITE[what]}${sign}`;
}

/**
 * @param {string} instruction
 * @param {Value[]} operands
 * @param {(number | undefined)[]} constants what the operands are, if they are constants
 * @returns {Value | undefined} nothing for an instruction that is not known here
 */
export function calculated(instruction, operands, constants) {
  const [type, what] = instruction.split('.');
  const [name, sign] = what.split('_');
  const values = { code: undefined, kind: undefined };
  if (type === 'i32') Object.assign(values, ofInt(what, name, sign, operands, constants));
  if (type === 'i64') Object.assign(values, ofBig(what, name, sign, operands));
  if (type === 'f64') Object.assign(values, ofFloat(what, operands));
  return values.code === undefined ? undefined : values;
}

/** A product below that is a number without loss. */
const FEW = 2 ** 20;

function ofInt(what, name, sign, [x, y], [, constant]) {
  if (COMPARED[name]) {
    const side = sign === 'u' ? unsigned : exact;
    return { code: side(x) + COMPARED[name] + side(y), kind: BOOL };
  }
  switch (what) {
    case 'add':
      if (constant < 0) return { code: `${loose(x)}-${-constant}`, kind: LOOSE };
      return { code: `${loose(x)}+${loose(y)}`, kind: LOOSE };
    case 'sub':
      return { code: x.code === '0' ? `-${loose(y)}` : `${loose(x)}-${loose(y)}`, kind: LOOSE };
    case 'mul':
      if (Math.abs(constant) < FEW) return { code: `${exact(x)}*${exact(y)}`, kind: LOOSE };
      return { code: `Math.imul(${loose(x)},${loose(y)})`, kind: SIGNED };
    case 'and':
      return { code: `${loose(x)}&${loose(y)}`, kind: [x, y].some(isSmall) ? SMALL : SIGNED };
    case 'or':
    case 'xor':
      return {
        code: loose(x) + CALCULATED[what] + loose(y),
        kind: [x, y].every(isSmall) ? SMALL : SIGNED,
      };
    case 'shl':
      return { code: `${loose(x)}<<${loose(y)}`, kind: SIGNED };
    case 'shr_s':
      return { code: `${loose(x)}>>${loose(y)}`, kind: SIGNED };
    case 'shr_u':
      return { code: `${loose(x)}>>>${loose(y)}`, kind: (constant & 31) > 0 ? SMALL : LOOSE };
    case 'div_u':
      return { code: `divide(${unsigned(x)},${unsigned(y)})`, kind: LOOSE };
    case 'clz':
      return { code: `Math.clz32(${loose(x)})`, kind: SMALL };
    case 'wrap_i64':
      return { code: `Number(BigInt.asIntN(32,${loose(x)}))`, kind: SIGNED };
    default:
      return undefined;
  }
}

function ofBig(what, name, sign, [x, y]) {
  if (COMPARED[name]) {
    const side = (value) => (sign === 's' ? `BigInt.asIntN(64,${loose(value)})` : exact(value));
    return { code: side(x) + COMPARED[name] + side(y), kind: BOOL };
  }
  switch (what) {
    case 'eqz':
      return { code: `!${exact(x)}`, kind: BOOL };
    case 'add':
    case 'sub':
    case 'mul':
      return { code: loose(x) + CALCULATED[what] + loose(y), kind: LOOSE_BIG };
    case 'div_u':
      return { code: `${exact(x)}/${exact(y)}`, kind: BIG };
    case 'rem_u':
      return { code: `${exact(x)}%${exact(y)}`, kind: BIG };
    case 'and':
    case 'or':
      return { code: exact(x) + CALCULATED[what] + exact(y), kind: BIG };
    case 'shr_u':
      return { code: `${exact(x)}>>${/^\d+n$/.test(y.code) ? y.code : `(${exact(y)}&63n)`}`, kind: BIG };
    case 'extend_i32_u':
      return { code: `BigInt(${unsigned(x)})`, kind: BIG };
    case 'trunc_sat_f64_u':
      return { code: `whole(${exact(x)})`, kind: BIG };
    case 'reinterpret_f64':
      return { code: `bits(${exact(x)})`, kind: BIG };
    default:
      return undefined;
  }
}

function ofFloat(what, [x, y]) {
  if (COMPARED[what]) return { code: exact(x) + COMPARED[what] + exact(y), kind: BOOL };
  switch (what) {
    case 'add':
    case 'sub':
    case 'mul':
    case 'div':
      return { code: exact(x) + CALCULATED[what] + exact(y), kind: FLOAT };
    case 'neg':
      return { code: `-${exact(x)}`, kind: FLOAT };
    case 'nearest':
      return { code: `nearest(${exact(x)})`, kind: FLOAT };
    case 'convert_i64_u':
      return { code: `Number(${exact(x)})`, kind: FLOAT };
    case 'convert_i32_u':
      return { code: `+${unsigned(x)}`, kind: FLOAT };
    default:
      return undefined;
  }
}
