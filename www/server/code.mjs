// Source files of the demo as HTML: what a page shows is the file that runs, read when the service starts.

import { readFileSync } from 'node:fs';
import { escapeHtml } from './html.mjs';

const WORDS =
  'async await const else export for from function if import let new of return throw try catch while';

/** Comments, texts and words of the language; enough for files that are written to be read. */
const TOKENS = new RegExp(
  `(?<comment>//.*)|(?<text>'[^'\\n]*'|\`[^\`]*\`)|\\b(?<word>${WORDS.split(' ').join('|')})\\b`,
  'g',
);

/** @param {string} path  below www/ */
export function codeFigure(path) {
  const source = readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');
  return `<figure class="code">
        <figcaption><code>www/${escapeHtml(path)}</code></figcaption>
        <pre tabindex="0" role="region" aria-label="Code of ${escapeHtml(path.split('/').at(-1))}"><code data-source="${escapeHtml(path)}">${highlight(source)}</code></pre>
      </figure>`;
}

function highlight(source) {
  let html = '';
  let end = 0;
  for (const match of source.matchAll(TOKENS)) {
    const [kind] = Object.entries(match.groups).find(([, found]) => found);
    html += `${escapeHtml(source.slice(end, match.index))}<span class="${kind}">${escapeHtml(match[0])}</span>`;
    end = match.index + match[0].length;
  }
  return html + escapeHtml(source.slice(end));
}
