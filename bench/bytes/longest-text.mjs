// Where the longest text of a module stands.
import { parse } from 'acorn';

/**
 * @param {string} source of a module
 * @returns {{ start: number, end: number }} without its quotes
 */
export function longestText(source) {
  let longest = { start: 0, end: 0 };
  const onToken = ({ type, start, end }) => {
    if (type.label !== 'string' && type.label !== 'template') return;
    const quote = type.label === 'string' ? 1 : 0;
    if (end - start > longest.end - longest.start) longest = { start: start + quote, end: end - quote };
  };
  parse(source, { ecmaVersion: 'latest', sourceType: 'module', onToken });
  return longest;
}
