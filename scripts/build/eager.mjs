// Functions in parentheses. A browser that meets `(function …)` while it reads a script takes it that the function is
// about to be called, and compiles it at once: on the thread that downloads the script. Without them it only looks
// for the end of each function, and reads and compiles it again, on the page's own thread, when it is first called.
// Starting calls some three hundred of our functions, so that this was a third of what it cost the main thread.
// esbuild keeps such parentheses, also when it bundles our package with an application; Terser takes them away.
//
// What a module declares can be called above its declaration as before. Not so by another module that imports it and runs
// before it, in a circle of imports: so this is for a whole bundle.
//
// <https://v8.dev/blog/preparser#pife>
import { parse } from 'acorn';
import MagicString from 'magic-string';

const EXPRESSIONS = ['ArrowFunctionExpression', 'FunctionExpression'];

/**
 * @param {string} code a module, or a script that is `var Name = (() => { … })()`
 * @returns {string} one that does the same
 */
export function withParentheses(code) {
  const { body } = parse(code, { ecmaVersion: 'latest', sourceType: 'module' });
  const changed = new MagicString(code);
  for (const { start, end } of expressionsIn(body)) changed.prependRight(start, '(').appendLeft(end, ')');
  const inFunction = body.at(-1)?.declarations?.[0].init?.callee?.body?.body ?? [];
  for (const statements of [body, inFunction]) {
    const top = statements.find(({ directive }) => !directive)?.start;
    for (const statement of statements) {
      const { declaration: one } = { declaration: statement, ...statement };
      if (one?.type !== 'FunctionDeclaration' || statement.type === 'ExportDefaultDeclaration') continue;
      // Without a name of its own: inside, that would be a constant, while the name of a declaration can be assigned to.
      const { start, end, name } = one.id;
      changed.remove(code[start - 1] === ' ' ? start - 1 : start, end);
      changed.prependRight(one.start, `var ${name}=(`).appendLeft(one.end, ');');
      // A declaration can be called from above it.
      if (statement.start > top) changed.move(statement.start, statement.end, top);
    }
  }
  return changed.toString();
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
