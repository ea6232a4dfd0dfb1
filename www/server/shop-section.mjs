// The shop: its products, and the form to order them.

import { art } from './art.mjs';
import { escapeHtml } from './html.mjs';
import { CARDS, formatPrice, MAX_QUANTITY, PRODUCTS } from './products.mjs';

export function shopSection({ title }) {
  return `<section class="shop" aria-labelledby="shop-title">
      <h1 id="shop-title">${escapeHtml(title)}</h1>
      <form id="order">
        <fieldset class="products">
          <legend class="visually-hidden">Product</legend>
          ${PRODUCTS.map(productCard).join('\n          ')}
        </fieldset>
        <div class="checkout">
          <div class="field">
            <label for="quantity">Quantity</label>
            <div class="stepper">
              <button type="button" id="fewer" aria-label="One less">−</button>
              <input id="quantity" name="quantity" type="number" inputmode="numeric" min="1" max="${MAX_QUANTITY}" value="1" required>
              <button type="button" id="more" aria-label="One more">+</button>
            </div>
          </div>
          <div class="field grow">
            <label for="card">Pay with</label>
            <select id="card" name="card">
              ${CARDS.map(({ id, label }) => `<option value="${escapeHtml(id)}">${escapeHtml(label)}</option>`).join('')}
            </select>
          </div>
          <button type="submit" id="buy" class="buy"><span id="buy-label">Buy</span> <span id="total" class="total"></span></button>
        </div>
      </form>
      <div role="status"><div id="result" class="result" hidden></div></div>
      <noscript><p class="result" data-kind="failed">This shop needs JavaScript to take an order.</p></noscript>
    </section>`;
}

function productCard({ id, name, detail, price }, index) {
  return `<label class="product">
            <input type="radio" name="product" value="${escapeHtml(id)}" data-price="${price}" data-name="${escapeHtml(name)}"${index === 0 ? ' checked' : ''}>
            <span class="picture">${art[id]}</span>
            <span class="product-text">
              <span class="product-name">${escapeHtml(name)}</span>
              <span class="product-detail">${escapeHtml(detail)}</span>
              <span class="product-price">${formatPrice(price)}</span>
            </span>
          </label>`;
}
