// The shop's page as HTML. Everything that varies goes through `escapeHtml` or `safeJson`.

import { art } from './art.mjs';
import { CARDS, formatPrice, MAX_QUANTITY, PRODUCTS } from './products.mjs';

/**
 * @param {string} traceMetaTags  the two meta tags of the request's trace, made by @sentry/node
 * @param {object} settings       what the client needs to know (see www/client/settings.js)
 */
export function renderPage(traceMetaTags, settings) {
  return `<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  ${traceMetaTags}
  <title>Still Leaf – tea and teaware</title>
  <meta name="description" content="A small tea shop that shows the distributed trace of every click.">
  <meta name="color-scheme" content="light dark">
  <link rel="icon" href="/favicon.svg" type="image/svg+xml">
  <link rel="stylesheet" href="/base.css">
  <link rel="stylesheet" href="/shop.css">
  <link rel="stylesheet" href="/trace.css">
  <script type="application/json" id="settings">${safeJson(settings)}</script>
  <script src="/client.js" defer></script>
</head>
<body>
  <header class="masthead">
    <p class="brand">${art.leaf}<span>Still Leaf</span></p>
    <p class="tagline">Tea and teaware. Every click is one trace through four services.</p>
  </header>
  <main>
    ${shopSection()}
    ${traceSection(settings)}
  </main>
  <footer class="colophon">
    A demo: no tea is shipped and no card is charged. The trace is real.
  </footer>
</body>
</html>
`;
}

function shopSection() {
  return `<section class="shop" aria-labelledby="shop-title">
      <h1 id="shop-title">What would you like?</h1>
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

function traceSection({ spotlightUrl }) {
  return `<section class="trace" aria-labelledby="trace-title">
      <div class="trace-head">
        <h2 id="trace-title">Your trace</h2>
        <div class="views" role="group" aria-label="Spans to show">
          <button type="button" id="view-click" aria-pressed="true">Last click</button>
          <button type="button" id="view-page" aria-pressed="false">Whole page</button>
        </div>
      </div>
      <div class="trace-id">
        <span class="visually-hidden" id="trace-id-label">Trace id</span>
        <code id="trace-id" aria-labelledby="trace-id-label">not started</code>
        <button type="button" id="copy" class="quiet">Copy</button>
        <a id="spotlight" class="quiet" href="${escapeHtml(spotlightUrl)}" target="_blank" rel="noopener">Open in Spotlight</a>
      </div>
      <p id="trace-summary" class="trace-summary" role="status"></p>
      <div id="waterfall" class="waterfall" aria-busy="false"></div>
    </section>`;
}

function escapeHtml(text) {
  return String(text).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** JSON that can stand inside a script element: no `<` can end it early. */
function safeJson(value) {
  return JSON.stringify(value).replace(/</g, '\\u003c');
}
