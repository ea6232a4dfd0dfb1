// A function of a test as text that a page can run.

/**
 * An expression that calls a function with arguments, which are JSON.
 * @param {Function} does
 * @param {unknown[]} args
 */
export function call(does, args) {
  return `(${does})(...${JSON.stringify(args)})`;
}
