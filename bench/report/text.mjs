// Figures as people read them.

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
