// Functions in parentheses. A browser that meets `(function …)` while it reads a script takes it that the function is
// about to be called, and compiles it at once: on the thread that downloads the script. Without them it only looks
// for the end of each function, and reads and compiles it again, on the page's own thread, when it is first called.
// So the functions stand in parentheses that a start calls, with the expressions in them, unless they are short, or methods: less
// than a third of the code. With
// all of them a page waits longer for the script than it saves: from before the request to after `init` it was 106 ms in place
// of 79, and 83 with none; with a processor 4× slower 192, 172 and 210 ms, of which 43, 58 and 116 ms of blocking (a script tag,
// medians of 15 and 13 pages in turn; those 79 and 172 ms with the short ones, which save little and are bytes).
// esbuild and Oxc keep such parentheses when they bundle our package with an application; Terser and SWC (webpack, Rollup, Rspack,
// Next) take away what the language does not ask for. It asks for them around an arrow function behind `&&`: so these functions are
// arrow functions where they can be, behind a variable that is always true and that no tool knows to be. What a page saves by it until it
// has started is not settled: in processor time of its own thread 0.72 to 0.87 in five of six runs with bundles of Terser, 1.09 in one;
// 0.65 to 1.35 in four with bundles of SWC; no gain that the wall clock shows (medians of 9 to 20 pages in turn, on a machine with other
// work). `function` is longer than an arrow: bundles of applications have 50 to 200 bytes more after brotli.
//
// What a module declares can be called above its declaration as before. Not so by another module that imports it and runs
// before it, in a circle of imports: so this is for a whole bundle.
//
// <https://v8.dev/blog/preparser#pife>
import { parse, tokenizer } from 'acorn';

/** Shorter functions are compiled in no time, and parentheses are bytes. */
const LEAST = { top: 220, inside: 120 };

const EXPRESSIONS = ['ArrowFunctionExpression', 'FunctionExpression'];

const statementsOf = (code) => parse(code, { ecmaVersion: 'latest', sourceType: 'module' }).body;

/**
 * The functions at the top of a module: those that are declared, and the values of variables.
 *
 * @param {string} code
 * @returns {{ name: string, start: number, node: object }[]} what they are called, and where they stand
 */
export function functionsAtTop(code) {
  return statementsOf(code).flatMap(functionsOf);
}

function functionsOf(statement) {
  const { declaration: one } = { declaration: statement, ...statement };
  if (statement.type === 'ExportDefaultDeclaration') return [];
  if (one?.type === 'FunctionDeclaration') return [{ name: one.id.name, start: one.start, node: one }];
  if (one?.type !== 'VariableDeclaration') return [];
  return one.declarations
    .filter(({ init }) => EXPRESSIONS.includes(init?.type))
    .map(({ id, init }) => ({ name: id.name, start: init.start, node: init }));
}

/**
 * Changes a module into one that does the same. Functions that become arrow functions have no names.
 *
 * @param {import('magic-string').default} changed the module
 * @param {(at: number) => boolean} [isWanted] whether a function at the top is meant, by its place among them; all are, if not
 *   given
 * @param {{ top: number, inside: number }} [least] how many characters a function must have, at the top and in another
 */
export function addParentheses(changed, isWanted = () => true, least = LEAST) {
  const code = changed.original;
  let at = 0;
  const statements = statementsOf(code);
  const top = statements.find(({ directive }) => !directive)?.start;
  const always = unusedName(code);
  let isUsed = false;

  /** Puts a function into parentheses that stay, if it can be an arrow function. */
  const enclose = (one, isAlone, begin = '') => {
    const stays = isAlone && canBeArrow(one);
    isUsed ||= stays;
    if (stays && one.type !== 'ArrowFunctionExpression') {
      changed.remove(one.start, code.indexOf('(', one.id?.end ?? one.start));
      changed.appendLeft(one.body.start, '=>');
    }
    changed.prependRight(one.start, `${begin}${stays ? `${always}&&` : ''}(`).appendLeft(one.end, ')');
    return stays;
  };

  for (const statement of statements) {
    for (const { name, node } of functionsOf(statement)) {
      if (!isWanted(at++) || node.end - node.start < least.top) continue;
      for (const [one, isAlone] of expressionsIn(node)) {
        if (one === node || one.end - one.start >= least.inside) enclose(one, isAlone);
      }
      if (node.type !== 'FunctionDeclaration') continue;
      // Without a name of its own: inside, that would be a constant, while the name of a declaration can be assigned to.
      const { id } = node;
      const isArrow = enclose(node, true, `var ${name}=`);
      if (!isArrow) changed.remove(code[id.start - 1] === ' ' ? id.start - 1 : id.start, id.end);
      changed.appendLeft(node.end, ';');
      // A declaration can be called from above it.
      if (statement.start > top) changed.move(statement.start, statement.end, top);
    }
  }
  if (isUsed) changed.appendLeft(top, `var ${always}=globalThis;`);
}

/** Where an expression may be any: elsewhere `&&` would take from what is around it. */
const ALONE = {
  ArrayExpression: ['elements'],
  ArrowFunctionExpression: ['body'],
  AssignmentExpression: ['right'],
  CallExpression: ['arguments'],
  ConditionalExpression: ['consequent', 'alternate'],
  NewExpression: ['arguments'],
  Property: ['value'],
  ReturnStatement: ['argument'],
  VariableDeclarator: ['init'],
};

/**
 * Function expressions and arrow functions, the inner ones first, each with whether it may be any expression. Methods cannot be in
 * parentheses.
 */
function* expressionsIn(node, isAlone = true, isMethod = false) {
  if (Array.isArray(node)) {
    for (const one of node) yield* expressionsIn(one, isAlone);
  } else if (node?.type) {
    const hasMethod =
      node.type === 'MethodDefinition' || node.method || node.kind === 'get' || node.kind === 'set';
    for (const [name, value] of Object.entries(node)) {
      if (typeof value !== 'object') continue;
      const isAny = ALONE[node.type]?.includes(name) ?? false;
      yield* expressionsIn(value, isAny, hasMethod && name === 'value');
    }
    if (!isMethod && EXPRESSIONS.includes(node.type)) yield [node, isAlone];
  }
}

/** Whether a function does the same as an arrow function. V8 knows of parentheses around `async function`, but not around its arrow. */
function canBeArrow({ type, async, generator, id, params, body }) {
  if (async || generator) return false;
  if (type === 'ArrowFunctionExpression') return true;
  return (type === 'FunctionDeclaration' || !id) && !hasOwn([params, body]);
}

/** Whether something speaks of the `this`, the `arguments` or the `new.target` of the function that it stands in. */
function hasOwn(node) {
  if (Array.isArray(node)) return node.some(hasOwn);
  if (!node?.type || ['FunctionDeclaration', 'FunctionExpression', 'ClassBody'].includes(node.type))
    return false;
  if (node.type === 'ThisExpression' || node.type === 'MetaProperty' || node.name === 'arguments')
    return true;
  return Object.values(node).some((value) => typeof value === 'object' && hasOwn(value));
}

/** A name that nothing has. */
function unusedName(code) {
  const used = new Set(
    Array.from(tokenizer(code, { ecmaVersion: 'latest', sourceType: 'module' }), ({ value }) => value),
  );
  const letters = [...'$_abcdefghijklmnopqrstuvwxyz'];
  return [...letters, ...letters.flatMap((one) => letters.map((other) => one + other))].find(
    (name) => !used.has(name),
  );
}
