// Figures, and what is thought of them, as people read them.

/** Three digits that mean something, thousands apart. @param {number} value */
export function figure(value) {
  if (Math.abs(value) < 0.005) return '0';
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** @param {number | undefined} ratio */
export function times(ratio) {
  return ratio === undefined ? '' : `${ratio.toFixed(2)}×`;
}

/** A ratio, or a figure with its unit. @param {number | undefined} value @param {string} unit */
export function within(value, unit) {
  if (unit === '×' || value === undefined) return times(value);
  return `${Number.isInteger(value) ? value : figure(value)} ${unit}`;
}

/** Whether a mark is met. @param {import('../summary.mjs').Verdict} verdict */
export function grade({ must, aim, measured }) {
  if (measured === undefined) return 'not measured';
  if (measured > must) return '**missed**';
  return aim !== undefined && measured <= aim ? 'met, and the aim' : 'met';
}
