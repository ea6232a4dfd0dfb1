// The order form: what is chosen, what it costs, and what became of it.

import { byId, element } from './dom.js';

const form = byId('order');
const quantity = byId('quantity');
const result = byId('result');
const buy = byId('buy');

const formatPrice = (cents) => `€${(cents / 100).toFixed(2)}`;
const chosenProduct = () => form.querySelector('input[name="product"]:checked');

/** The order as orders expects it, or null when the form is not valid or an order is on its way. */
export function currentOrder() {
  if (buy.getAttribute('aria-disabled') === 'true' || !form.reportValidity()) return null;
  return { productId: chosenProduct().value, quantity: quantity.valueAsNumber, card: byId('card').value };
}

/** The button keeps its focus while it waits, so it is not `disabled`. */
export function setBusy(busy) {
  buy.setAttribute('aria-disabled', String(busy));
  byId('buy-label').textContent = busy ? 'Ordering…' : 'Buy';
}

/** @param {object} answer  the answer of orders, see www/server/orders.mjs */
export function showResult(status, answer) {
  if (status === 201) {
    const { name } = form.querySelector(`input[value="${CSS.escape(answer.productId)}"]`).dataset;
    const sum = `${answer.quantity} × ${name}, ${formatPrice(answer.total)}.`;
    show('paid', `Order ${answer.orderId} is paid`, `${sum} Thank you!`);
  } else if (status === 402) {
    const hint =
      answer.reason === 'limit_exceeded'
        ? 'Choose a smaller quantity.'
        : 'Choose another card and try again.';
    show('declined', 'Payment declined', `${answer.message} Nothing was charged. ${hint}`);
  } else {
    const message = answer.message ?? 'The shop could not take the order.';
    show('failed', 'The order was not completed', `${message} Please try again in a moment.`);
  }
}

/** No answer came at all. */
export function showFailure() {
  show('failed', 'The shop cannot be reached', 'No answer came. Please try again in a moment.');
}

function show(kind, title, text) {
  result.dataset.kind = kind;
  result.replaceChildren(element('strong', {}, title), element('span', {}, text));
  result.hidden = false;
}

function step(by) {
  const { min, max, valueAsNumber } = quantity;
  quantity.value = Math.min(Number(max), Math.max(Number(min), (valueAsNumber || 1) + by));
  update();
}

function update() {
  const total = chosenProduct().dataset.price * (quantity.valueAsNumber || 0);
  byId('total').textContent = quantity.validity.valid ? formatPrice(total) : '';
  byId('fewer').disabled = quantity.valueAsNumber <= Number(quantity.min);
  byId('more').disabled = quantity.valueAsNumber >= Number(quantity.max);
}

byId('fewer').addEventListener('click', () => step(-1));
byId('more').addEventListener('click', () => step(1));
form.addEventListener('input', update);
form.addEventListener('submit', (event) => event.preventDefault());
update();
