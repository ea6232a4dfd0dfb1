// What code depends on that runs before it.

import { visitLists } from './wat.mjs';

const STORES = /^(call|global\.set|memory\.(grow|copy)|unreachable)$|\.store|^i\d\d\.(div|rem)/;
const LOADS = /^(call|global\.get|memory\.size)$|\.load/;

/** What an expression does: the locals that it sets and those that it reads, and whether it does or depends on anything else. */
function deeds(node) {
  const done = { sets: new Set(), gets: new Set(), stores: false, loads: false };
  visitLists(node, ([kind, name]) => {
    if (kind === 'local.set' || kind === 'local.tee') done.sets.add(name);
    if (kind === 'local.get') done.gets.add(name);
    done.stores ||= STORES.test(kind);
    done.loads ||= LOADS.test(kind);
  });
  return done;
}

/** Whether nothing is other than before once an expression was evaluated. */
export function isQuiet(node) {
  const { sets, stores } = deeds(node);
  return sets.size === 0 && !stores;
}

/** Whether a quiet expression answers the same before and after another. */
export function isFreeOf(quiet, other) {
  const { gets, loads } = deeds(quiet);
  const { sets, stores } = deeds(other);
  return !(loads && stores) && ![...sets].some((name) => gets.has(name));
}

/** Whether nothing after a statement is reached from it. */
export function isFinal([kind, , then, otherwise]) {
  if (kind === 'if') return Boolean(otherwise) && [then, otherwise].every((arm) => isFinal(arm.at(-1)));
  return ['br', 'br_table', 'return', 'unreachable'].includes(kind);
}

/** How often code goes to a label. */
export function jumpsTo(label, nodes) {
  let count = 0;
  visitLists(nodes, ([kind, ...names]) => {
    if (/^br/.test(kind)) count += names.filter((name) => name === label).length;
  });
  return count;
}

/** Whether control has not come here, in place of a set of locals. */
const NOWHERE = undefined;

const both = (one, other) => {
  if (one === NOWHERE || other === NOWHERE) return one ?? other;
  return new Set([...one].filter((name) => other.has(name)));
};

/**
 * The locals that may be read before they are set. WebAssembly begins all with 0.
 *
 * @param {import('./wat.mjs').Node[]} body
 * @param {string[]} given the parameters
 */
export function readFirst(body, given) {
  const found = new Set();
  /** What is set by label, where its block ends. */
  const ends = new Map();
  const leave = (label, set) => ends.set(label, both(ends.get(label), set));
  const all = (nodes, set) => nodes.reduce((before, node) => walk(node, before), set);
  const walk = (node, set) => {
    if (!Array.isArray(node)) return set;
    const [kind, ...rest] = node;
    switch (kind) {
      case 'local.get':
        if (set && !set.has(rest[0])) found.add(rest[0]);
        return set;
      case 'local.set':
      case 'local.tee': {
        const after = walk(rest[1], set);
        return after && new Set([...after, rest[0]]);
      }
      case 'block': {
        const after = all(rest, set);
        return both(after, ends.get(rest[0]));
      }
      case 'if': {
        const before = walk(rest[0], set);
        return both(all(rest[1].slice(1), before), rest[2] ? all(rest[2].slice(1), before) : before);
      }
      case 'br':
        leave(rest[0], set);
        return NOWHERE;
      case 'br_if': {
        const after = walk(rest[1], set);
        leave(rest[0], after);
        return after;
      }
      case 'br_table': {
        const after = all(rest, set);
        for (const label of rest) if (!Array.isArray(label)) leave(label, after);
        return NOWHERE;
      }
      case 'return':
        all(rest, set);
        return NOWHERE;
      case 'unreachable':
        return NOWHERE;
      default:
        return all(rest, set);
    }
  };
  all(body, new Set(given));
  return found;
}
