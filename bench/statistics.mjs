// The middle of several rounds, and how far they lie apart.

/** The value of which half are smaller; between two, their mean. @param {number[]} values */
export function median(values) {
  return quantile(values, 0.5);
}

/** How far the middle half of the values reaches. @param {number[]} values */
export function spread(values) {
  return quantile(values, 0.75) - quantile(values, 0.25);
}

function quantile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (sorted.length - 1) * share;
  const below = sorted[Math.floor(at)];
  return below + (sorted[Math.ceil(at)] - below) * (at % 1);
}
