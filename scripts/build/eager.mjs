// Functions in parentheses. A browser that meets `(function …)` while it reads a script takes it that the function is
// about to be called, and compiles it at once: on the thread that downloads the script. Without them it only looks
// for the end of each function, and reads and compiles it again, on the page's own thread, when it is first called.
// Starting calls some three hundred of our functions, so that this was a third of what it cost the main thread.
// esbuild keeps such parentheses, also when it bundles our package with an application.
//
// What a module declares can be called above its declaration as before. Not so by another module that imports it and runs
// before it, in a circle of imports: such a package would fail as it is imported.
//
// <https://v8.dev/blog/preparser#pife>
import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { parse } from 'acorn';
import { transform } from 'esbuild';
import MagicString from 'magic-string';
import { Problem } from '../lib/say.mjs';

const EXPRESSIONS = ['ArrowFunctionExpression', 'FunctionExpression'];

/** A class with fields has a function more, which sets them; with this its constructor does. For TypeScript alone. */
const tsconfigRaw = { compilerOptions: { useDefineForClassFields: false } };

/** For esbuild: every module of the package. */
export const eagerFunctions = {
  name: 'eager-functions',
  setup(build) {
    build.onLoad({ filter: /\.[jt]s$/ }, async ({ path }) => {
      const loader = extname(path).slice(1);
      const { code } = await transform(await readFile(path, 'utf8'), {
        loader,
        target: 'es2022',
        tsconfigRaw,
      });
      return { contents: withParentheses(code), loader: 'js' };
    });
  },
};

/**
 * @param {string} code a JavaScript module
 * @returns {string} one that does the same
 */
export function withParentheses(code) {
  const { body } = parse(code, { ecmaVersion: 'latest', sourceType: 'module' });
  const changed = new MagicString(code);
  for (const { start, end } of expressionsIn(body)) changed.prependRight(start, '(').appendLeft(end, ')');
  const names = new Set();
  for (const statement of body) {
    const { declaration: one } = { declaration: statement, ...statement };
    if (one?.type !== 'FunctionDeclaration' || statement.type === 'ExportDefaultDeclaration') continue;
    names.add(one.id.name);
    changed.prependRight(one.start, `var ${one.id.name} = (`).appendLeft(one.end, ');\n');
    // A declaration can be called from above it.
    if (statement.start > 0) changed.move(statement.start, statement.end, 0);
  }
  for (const name of assignedIn(body)) {
    if (names.has(name)) {
      throw new Problem(
        `The function ${name} is assigned to, which would mean something else in parentheses: make it a variable.`,
      );
    }
  }
  return changed.toString();
}

/** The names of all that is assigned to. */
function* assignedIn(node) {
  if (Array.isArray(node)) for (const one of node) yield* assignedIn(one);
  else if (node?.type) {
    const { type, left, argument } = node;
    const target =
      type === 'AssignmentExpression' ? left : type === 'UpdateExpression' ? argument : undefined;
    if (target?.type === 'Identifier') yield target.name;
    for (const value of Object.values(node)) if (typeof value === 'object') yield* assignedIn(value);
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
