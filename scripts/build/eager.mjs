// Functions in parentheses. A browser that meets `(function …)` while it reads a script takes it that the function is
// about to be called, and compiles it at once: on the thread that downloads the script. Without them it only looks
// for the end of each function, and reads and compiles it again, on the page's own thread, when it is first called.
// So the functions stand in parentheses that a start calls, with the expressions in them, unless they are short, or methods: less
// than a third of the code. With
// all of them a page waits longer for the script than it saves: from before the request to after `init` it was 106 ms in place
// of 79, and 83 with none; with a processor 4× slower 192, 172 and 210 ms, of which 43, 58 and 116 ms of blocking (a script tag,
// medians of 15 and 13 pages in turn; those 79 and 172 ms with the short ones, which save little and are bytes).
// esbuild keeps such parentheses, also when it bundles our package with an application; Terser takes them away.
//
// What a module declares can be called above its declaration as before. Not so by another module that imports it and runs
// before it, in a circle of imports: so this is for a whole bundle.
//
// <https://v8.dev/blog/preparser#pife>
import { parse } from 'acorn';

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
 * Changes a module into one that does the same.
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
  for (const statement of statements) {
    for (const { name, start, node } of functionsOf(statement)) {
      if (!isWanted(at++) || node.end - node.start < least.top) continue;
      for (const one of expressionsIn(node)) {
        if (one === node || one.end - one.start >= least.inside)
          changed.prependRight(one.start, '(').appendLeft(one.end, ')');
      }
      if (node.type !== 'FunctionDeclaration') continue;
      // Without a name of its own: inside, that would be a constant, while the name of a declaration can be assigned to.
      const { id } = node;
      changed.remove(code[id.start - 1] === ' ' ? id.start - 1 : id.start, id.end);
      changed.prependRight(start, `var ${name}=(`).appendLeft(node.end, ');');
      // A declaration can be called from above it.
      if (statement.start > top) changed.move(statement.start, statement.end, top);
    }
  }
}

/** Function expressions and arrow functions, the inner ones first. Methods cannot be in parentheses. */
function* expressionsIn(node, isMethod = false) {
  if (Array.isArray(node)) {
    for (const one of node) yield* expressionsIn(one);
  } else if (node?.type) {
    const hasMethod =
      node.type === 'MethodDefinition' || node.method || node.kind === 'get' || node.kind === 'set';
    for (const [name, value] of Object.entries(node)) {
      if (typeof value === 'object') yield* expressionsIn(value, hasMethod && name === 'value');
    }
    if (!isMethod && EXPRESSIONS.includes(node.type)) yield node;
  }
}
