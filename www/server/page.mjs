// The demo's pages as HTML. Everything that varies goes through `escapeHtml` or `safeJson`.

import { art } from './art.mjs';
import { codeFigure } from './code.mjs';
import { escapeHtml, safeJson } from './html.mjs';
import { PAGES } from './pages.mjs';
import { shopSection } from './shop-section.mjs';

/**
 * @param {object} page      one of `PAGES`
 * @param {string} metaTags  what the head says of the request's trace, made by throughline/node
 * @param {object} settings  what the client needs to know (see www/client/settings.js)
 */
export function renderPage(page, metaTags, settings) {
  const isShop = page.name === 'shop';
  // One file stands beside what it does; several beside each other, below the trace.
  const layout = isShop ? 'with-shop' : page.code.length > 1 ? 'with-files' : 'with-file';
  return `<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  ${metaTags}
  <title>${isShop ? 'Still Leaf – tea and teaware' : `${escapeHtml(page.label)} – Still Leaf`}</title>
  <meta name="description" content="A small tea shop that shows the distributed trace of every click.">
  <meta name="color-scheme" content="light dark">
  <link rel="icon" href="/favicon.svg" type="image/svg+xml">
  <link rel="stylesheet" href="/base.css">
  <link rel="stylesheet" href="/${isShop ? 'shop' : 'example'}.css">
  <link rel="stylesheet" href="/code.css">
  <link rel="stylesheet" href="/trace.css">
  <link rel="stylesheet" href="/waterfall.css">
  <script type="application/json" id="settings">${safeJson({ ...settings, page: page.name })}</script>
  <script src="/${isShop ? 'shop' : 'example'}.js" defer></script>
</head>
<body>
  <a class="skip" href="#content">Skip to the content</a>
  <header class="masthead">
    <p class="brand">${art.leaf}<span>Still Leaf</span></p>
    <p class="tagline">Tea and teaware. Every click is one trace from the browser through its services.</p>
    ${navigation(page)}
  </header>
  <main id="content" tabindex="-1" class="${layout}">
    ${isShop ? shopSection(page) : exampleSection(page)}
    ${traceSection(page, settings)}
    <section class="sources" aria-labelledby="sources-title">
      <h2 id="sources-title">The code that runs</h2>
      <div class="files">
      ${page.code.map(codeFigure).join('\n      ')}
      </div>
    </section>
  </main>
  <footer class="colophon">
    A demo: no tea is shipped and no card is charged. The trace is real.
  </footer>
</body>
</html>
`;
}

function navigation(current) {
  const items = PAGES.map(({ path, label, name }) => {
    const here = name === current.name ? ' aria-current="page"' : '';
    return `<li><a href="${path}"${here}>${escapeHtml(label)}</a></li>`;
  });
  return `<nav aria-label="Pages of the demo"><ul>${items.join('')}</ul></nav>`;
}

function exampleSection({ title, text, controls, views }) {
  const items = controls.map(({ label, href }) =>
    href
      ? `<a class="control" href="${href}">${escapeHtml(label)}</a>`
      : `<button type="button" class="control">${escapeHtml(label)}</button>`,
  );
  return `<section class="example" aria-labelledby="example-title">
      <h1 id="example-title">${escapeHtml(title)}</h1>
      <p>${escapeHtml(text)}</p>
      <div class="controls" id="controls">${items.join('')}</div>
      ${views ? '<h2 id="view-title" class="view-title" hidden></h2>' : ''}
      <div role="status" id="result" class="output"></div>
      <noscript><p>This page needs JavaScript to show anything.</p></noscript>
    </section>`;
}

function traceSection({ view = 'click', hint, note = '' }, { spotlightUrl }) {
  return `<section class="trace" aria-labelledby="trace-title">
      <div class="trace-head">
        <h2 id="trace-title" tabindex="-1">Your trace</h2>
        <div class="views" role="group" aria-label="Spans to show">
          <button type="button" id="view-click" aria-pressed="${view === 'click'}">Last click</button>
          <button type="button" id="view-page" aria-pressed="${view === 'page'}">Whole page</button>
        </div>
      </div>
      <div class="trace-id">
        <span class="visually-hidden">Trace id</span>
        <code id="trace-id">not started</code>
        <button type="button" id="copy" class="quiet">Copy</button>
        <a id="spotlight" class="quiet" href="${escapeHtml(spotlightUrl)}" target="_blank" rel="noopener">Open in Spotlight</a>
      </div>
      <p id="trace-summary" class="trace-summary" role="status"></p>
      <div id="waterfall" class="waterfall" aria-busy="false" data-view="${view}" data-hint="${escapeHtml(hint)}" data-note="${escapeHtml(note)}"></div>
    </section>`;
}
