// Statements of WebAssembly in JavaScript: a block is one with a label, and a loop goes round where it is told to, and else ends.

import { condition, contrary, exactly, expression, variable } from './expressions.mjs';
import { isFinal, isQuiet, jumpsTo } from './order.mjs';
import { isList } from './wat.mjs';

/**
 * What is known of where a statement stands.
 *
 * @typedef {object} Place
 * @property {boolean} [isLast] whether the function ends behind it, and answers nothing
 * @property {Target[]} [behind] the labels that lead to where it ends anyway
 */

/**
 * What a statement stands in.
 *
 * @typedef {object} Target
 * @property {string} [label] as in WebAssembly
 * @property {'block' | 'loop' | 'switch'} kind
 * @property {string} [name] the label in JavaScript
 * @property {boolean} [isNamed] whether anything needs it
 * @property {boolean} [isEnd] whether to leave it is to leave the function
 * @property {Target[]} [ends] of a loop: what else is left where it ends
 */

/** The statements of a function. @param {import('./wat.mjs').Node[][]} body @param {import('./expressions.mjs').Scope} scope */
export function statements(body, hasResult, scope) {
  /** What the statement stands in that is written, the innermost last. @type {Target[]} */
  const around = [];

  /** @param {import('./wat.mjs').Node[][]} list @param {Place} place */
  const written = (list, place = {}) =>
    list.map((node, at) => statement(node, at === list.length - 1 ? place : {})).join('');

  const parts = ([, label, ...rest]) => (isList(label) ? ['', [label, ...rest]] : [label ?? '', rest]);

  const within = (target, write) => {
    around.push(target);
    const code = write();
    around.pop();
    return target.isNamed ? `${target.name}:${code}` : code;
  };

  /** @param {Place} place */
  function statement(node, place) {
    const [kind, first, second, third] = node;
    switch (kind) {
      case 'nop':
        return '';
      case 'block':
        return block(node, place);
      case 'loop':
        return loop(node, place);
      case 'if': {
        const [then, otherwise] = [second, third ?? []].map(([, ...list]) => written(list, place));
        if (!then) return `if(${contrary(first, scope)}){${otherwise}}`;
        return `if(${condition(first, scope)}){${then}}${otherwise && `else{${otherwise}}`}`;
      }
      case 'br':
        return jump(first, place);
      case 'br_if':
        return `if(${condition(second, scope)}){${jump(first)}}`;
      case 'br_table':
        return table(node.slice(1, -2), node.at(-2), node.at(-1));
      case 'return':
        return first ? `return ${exactly(first, scope)};` : 'return;';
      case 'unreachable':
        return 'fail();';
      case 'drop':
        return isQuiet(first) ? '' : `${expression(first, scope).code};`;
      case 'local.set':
      case 'global.set':
        return `${variable(node, scope).name}=${exactly(second, scope)};`;
      default:
        return `${expression(node, scope).code};`;
    }
  }

  const label = () => `l${around.length}`;

  function block(node, place) {
    const [name, list] = parts(node);
    const target = { label: name, kind: 'block', name: label(), isEnd: place.isLast };
    return within(target, () => {
      const code = written(list, { ...place, behind: [...(place.behind ?? []), target] });
      return target.isNamed ? `{${code}}` : code;
    });
  }

  function loop(node, place) {
    const [name, list] = parts(node);
    const target = { label: name, kind: 'loop', name: label(), ends: place.behind ?? [] };
    const leave = place.isLast ? 'return;' : 'break;';
    const [before, last] = [list.slice(0, -1), list.at(-1)];
    const [kind, first, second, third] = last;
    return within(target, () => {
      if (kind === 'br_if' && first === name) {
        const asked = condition(second, scope);
        // A jump to the beginning would ask whether to go on.
        if (jumpsTo(name, list) === 1) return `do{${written(before)}}while(${asked});`;
        return `for(;;){${written(before)}if(!${asked}){${leave}}}`;
      }
      if (kind === 'br' && first === name) return `for(;;){${written(before)}}`;
      if (kind === 'if' && !third && second.at(-1)[0] === 'br' && second.at(-1)[1] === name) {
        const body = `${written(before)}if(${contrary(first, scope)}){${leave}}`;
        return `for(;;){${body}${written(second.slice(1, -1))}}`;
      }
      if (isFinal(last)) return `for(;;){${written(list, { behind: [target] })}}`;
      return `for(;;){${written(list)}${leave}}`;
    });
  }

  function table(labels, otherwise, which) {
    return within({ kind: 'switch' }, () => {
      const cases = labels.map((name, at) => (name === otherwise ? '' : `case ${at}:${jump(name)}`));
      return `switch(${exactly(which, scope)}){${cases.join('')}default:${jump(otherwise)}}`;
    });
  }

  /** Goes to the end of a block, or to the beginning of a loop. @param {Place} place */
  function jump(name, place = {}) {
    const target = around.findLast((one) => one.label === name);
    if (place.behind?.includes(target)) return '';
    if (target.isEnd) return 'return;';
    const loops = around.filter(({ kind }) => kind === 'loop');
    if (target.kind === 'loop') {
      if (target === loops.at(-1)) return 'continue;';
      target.isNamed = true;
      return `continue ${target.name};`;
    }
    const innermost = around.findLast(({ kind }) => kind !== 'block');
    if (innermost?.ends?.includes(target)) return 'break;';
    target.isNamed = true;
    return `break ${target.name};`;
  }

  if (!hasResult) return written(body, { isLast: true });
  const last = body.at(-1);
  if (isFinal(last) || ['block', 'loop', 'if'].includes(last[0])) return written(body);
  return `${written(body.slice(0, -1))}return ${exactly(last, scope)};`;
}
