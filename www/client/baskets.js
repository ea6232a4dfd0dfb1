// A question that takes a while to answer by trying: how many baskets cost less than a sum.

/** Prices of the shop's products in cents; see www/server/products.mjs. */
const PRICES = [1400, 1650, 950, 18_900];
const SUM = 30_000;

/** How often it is counted, so that it takes some tenths of a second. */
const ROUNDS = 2000;

export function countBaskets() {
  let found = 0;
  for (let round = 0; round < ROUNDS; round++) found = count(0, 0);
  return found;
}

/** Baskets that already cost so much, with more of the products from this one on. */
function count(cost, product) {
  if (product === PRICES.length) return 1;
  let found = 0;
  for (let sum = cost; sum < SUM; sum += PRICES[product]) found += count(sum, product + 1);
  return found;
}
