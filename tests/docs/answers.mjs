// What a comment `// → …` says of the statement before it, as a program that tells: the value of an expression, of a variable
// that is declared, or what is printed by `console.log`. A comment may go on in lines of its own. `…` stands for anything.
import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { parse } from 'acorn';

const ARROW = '→';

/**
 * Makes a program call `told(value, number)` for each answer that its comments promise.
 *
 * @param {string} code a module
 * @returns {{ program: string, expected: { line: number, text: string }[] }}
 */
export function withAnswers(code) {
  const comments = [];
  const tree = parse(code, {
    ecmaVersion: 'latest',
    sourceType: 'module',
    locations: true,
    onComment: comments,
  });
  const expected = [];
  const edits = [];
  for (const [at, comment] of comments.entries()) {
    if (!comment.value.trim().startsWith(ARROW)) continue;
    let text = comment.value.trim().slice(1).trim();
    for (let next = at + 1, line = comment.loc.start.line + 1; ; next++, line++) {
      const more = comments[next];
      const isOwnLine =
        more && /^[ \t]*$/.test(code.slice(code.lastIndexOf('\n', more.start) + 1, more.start));
      if (more?.loc.start.line !== line || !isOwnLine || more.value.trim().startsWith(ARROW)) break;
      text += ` ${more.value.trim()}`;
    }
    const statement = statementBefore(tree, comment.start);
    assert.ok(statement, `line ${comment.loc.start.line}: no statement is before "${ARROW} ${text}"`);
    const number = expected.push({ line: comment.loc.start.line, text }) - 1;
    const written = ({ start, end }) => code.slice(start, end);
    let told;
    if (statement.type === 'VariableDeclaration') {
      told = `${written(statement)} told(${written(statement.declarations[0].id)}, ${number});`;
    } else {
      const { expression } = statement;
      const isPrint = expression.type === 'CallExpression' && written(expression.callee) === 'console.log';
      told = `told(${written(isPrint ? expression.arguments[0] : expression)}, ${number});`;
    }
    edits.push([statement, told]);
  }
  let program = code;
  for (const [{ start, end }, told] of edits.toReversed()) {
    program = program.slice(0, start) + told + program.slice(end);
  }
  return { program, expected };
}

/** The last statement that ends before a place: an expression, or a declaration of one variable. */
function statementBefore(node, place, found) {
  if (!node || typeof node !== 'object') return found;
  let last = found;
  if (Array.isArray(node)) {
    for (const one of node) last = statementBefore(one, place, last);
    return last;
  }
  const isStatement = node.type === 'ExpressionStatement' || node.type === 'VariableDeclaration';
  if (isStatement && node.end <= place && node.end > (last?.end ?? 0)) last = node;
  for (const [name, child] of Object.entries(node)) {
    if (name !== 'loc') last = statementBefore(child, place, last);
  }
  return last;
}

/** Whether a text is what is promised. */
export function answers(told, text) {
  const pattern = text
    .split('…')
    .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    .join('.*');
  return new RegExp(`^${pattern}$`, 's').test(told);
}

/** Compares what was told with what is promised. */
export function assertAnswer(value, text) {
  const shown = inspect(value, { breakLength: Number.POSITIVE_INFINITY, depth: 9 });
  const all = [shown, ...(typeof value === 'string' ? [value] : [])];
  assert.ok(
    all.some((one) => answers(one, text)),
    `it is\n  ${shown}\nand the document says\n  ${text}`,
  );
}
