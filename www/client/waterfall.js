// Draws spans as a waterfall: a table with a row per span, which opens to its details.
//
// Its cells are laid out as a grid, which takes their meaning away in some browsers: so the roles are said again.

import { element } from './dom.js';
import { formatDuration, formatOffset, timeScale } from './time-scale.js';

/** More rows than this are counted, not drawn. */
const MAX_ROWS = 200;

/** Nesting deeper than this is not indented further, so that names keep their room. */
const MAX_INDENT = 9;

const GOOD = new Set(['ok', 'unset', 'cancelled']);

const COLUMNS = ['Span', 'Service', 'Start', 'Duration', 'Status'];

/** @param rows  from `arrange` in spans.js, at least one; `open` holds the ids of rows that are open */
export function drawWaterfall(rows, open) {
  const start = (rows.find((span) => !span.context) ?? rows[0]).start;
  const scale = timeScale(rows, start);
  const drawn = rows.slice(0, MAX_ROWS);
  const hidden = rows.length - drawn.length;
  const names = new Map(rows.map((span) => [span.spanId, `${span.op} ${span.name}`]));
  const head = COLUMNS.map((name) => cell('th', 'columnheader', name.toLowerCase(), name));
  return [
    legend(rows),
    element(
      'table',
      { role: 'table', 'aria-label': 'Spans of this trace, parents before children' },
      element(
        'thead',
        { role: 'rowgroup' },
        element(
          'tr',
          { role: 'row' },
          ...head,
          element('td', { class: 'scale', 'aria-hidden': 'true' }, ...axis(scale)),
        ),
      ),
      element(
        'tbody',
        { role: 'rowgroup' },
        ...drawn.flatMap((span) => row(span, { scale, start, open, parent: names.get(span.parentSpanId) })),
      ),
    ),
    hidden > 0 ? element('p', { class: 'more' }, `and ${hidden} more spans; Spotlight shows them all`) : null,
  ].filter((node) => node !== null);
}

function legend(rows) {
  const services = [...new Set(rows.map((span) => span.service))];
  return element(
    'ul',
    { class: 'legend', 'aria-label': 'Services' },
    ...services.map((service) => element('li', { 'data-service': service }, service)),
  );
}

function axis({ ticks, pauses }) {
  const marks = ticks.map(({ at, label }) => {
    const tick = element('span', { class: 'tick' }, label);
    tick.style.left = percent(at);
    return tick;
  });
  const gaps = pauses.map(({ at, width }) => {
    const pause = element('span', { class: 'pause', title: 'Nothing happened here' });
    pause.style.left = percent(at);
    pause.style.width = percent(width);
    return pause;
  });
  return [...marks, ...gaps];
}

/** The row of a span, and the one with its details, which is hidden until the first is opened. */
function row(span, { scale, start, open, parent }) {
  const { spanId, service, op, name, status, httpStatus } = span;
  const failed = !GOOD.has(status);
  const words = `${status.replaceAll('_', ' ')}${httpStatus ? ` (${httpStatus})` : ''}`;
  const id = `span-${spanId}`;
  const bar = element('span', { class: 'bar' });
  const left = scale.place(span.start);
  bar.style.left = percent(left);
  bar.style.width = percent(Math.max(0, scale.place(span.end) - left));

  const button = element(
    'button',
    { type: 'button', 'aria-expanded': String(open.has(spanId)), 'aria-controls': id },
    element('span', { class: 'dot', 'aria-hidden': 'true' }),
    element('span', { class: 'visually-hidden' }, `Level ${span.depth + 1}: `),
    element('span', { class: 'op' }, op),
    failed ? element('span', { class: 'failed', 'aria-hidden': 'true' }, httpStatus ?? 'failed') : null,
    element('span', { class: 'name', title: name }, ` ${name}`),
  );
  button.style.setProperty('--depth', Math.min(span.depth, MAX_INDENT));

  const details = element(
    'tr',
    { role: 'row', id, class: 'facts', 'data-service': service, hidden: !open.has(spanId) },
    element('td', { role: 'cell', colspan: COLUMNS.length + 1 }, facts(span, start, words, parent)),
  );
  const toggle = () => {
    details.hidden = !details.hidden;
    button.setAttribute('aria-expanded', String(!details.hidden));
    if (details.hidden) open.delete(spanId);
    else open.add(spanId);
  };
  return [
    element(
      'tr',
      {
        role: 'row',
        class: span.context ? 'row context' : 'row',
        'data-service': service,
        'data-span-id': spanId,
        'data-focus': spanId,
        onclick: toggle,
      },
      cell('th', 'rowheader', 'label', button),
      cell('td', 'cell', 'service', service),
      cell('td', 'cell', 'start', formatOffset(span.start - start)),
      cell('td', 'cell', 'duration', formatDuration(span.end - span.start)),
      cell('td', 'cell', failed ? 'status bad' : 'status', words),
      element('td', { class: 'track', 'aria-hidden': 'true' }, bar),
    ),
    details,
  ];
}

const cell = (tag, role, name, content) => element(tag, { role, class: name }, content);

function facts(span, start, status, parent) {
  const list = [
    ['Service', span.service],
    ['Name', span.name],
    ['Status', status],
    ['Starts at', formatOffset(span.start - start)],
    ['Lasts', formatDuration(span.end - span.start)],
    ['Span id', span.spanId],
    ['Parent', span.parentSpanId ? `${span.parentSpanId} ${parent ?? ''}` : 'none'],
  ];
  return element(
    'dl',
    {},
    ...list.flatMap(([term, text]) => [element('dt', {}, term), element('dd', {}, text)]),
  );
}

const percent = (share) => `${(share * 100).toFixed(3)}%`;
