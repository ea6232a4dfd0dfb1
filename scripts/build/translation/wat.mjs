// WebAssembly as wasm-dis writes it: lists in parentheses. Here a list is an array, and everything else a text.

/** @typedef {string | Node[]} Node */

const TOKEN = /"(?:[^"\\]|\\.)*"|;;[^\n]*|\(;.*?;\)|[()]|[^\s()";]+/gs;

/** The list that a text is. @param {string} text @returns {Node[]} */
export function parsed(text) {
  const open = [[]];
  for (const token of text.match(TOKEN)) {
    if (token === '(') {
      open.push([]);
    } else if (token === ')') {
      const list = open.pop();
      open.at(-1).push(list);
    } else if (!/^(;;|\(;)/.test(token)) {
      open.at(-1).push(token);
    }
  }
  return open[0][0];
}

/** The text of a list. @param {Node} node @returns {string} */
export const printed = (node) => (isList(node) ? `(${node.map(printed).join(' ')})` : node);

export const isList = Array.isArray;

/** The lists in a list, without its words. @param {Node} list @returns {Node[][]} */
export const listsIn = (list) => list.filter(isList);

/** Calls `visit` with a list and all lists in it. @param {Node} node @param {(list: Node[]) => void} visit */
export function visitLists(node, visit) {
  if (!isList(node)) return;
  visit(node);
  for (const one of node) visitLists(one, visit);
}

const ESCAPED = { n: 10, t: 9, r: 13, '"': 34, "'": 39, '\\': 92 };

/** The bytes of a text in quotes. @param {string} literal @returns {number[]} */
export function bytesOf(literal) {
  const found = literal.slice(1, -1).matchAll(/\\([0-9a-f]{2})|\\(.)|(.)/gs);
  return Array.from(found, ([, hex, escaped, plain]) => {
    if (hex) return Number.parseInt(hex, 16);
    return escaped ? ESCAPED[escaped] : plain.charCodeAt(0);
  });
}
