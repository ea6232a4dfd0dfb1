// Draws spans as a waterfall: one row per span, which opens to its details.

import { element } from './dom.js';
import { formatDuration, formatOffset, timeScale } from './time-scale.js';

/** More rows than this are counted, not drawn. */
const MAX_ROWS = 200;

/** Nesting deeper than this is not indented further, so that names keep their room. */
const MAX_INDENT = 9;

const GOOD = new Set(['ok', 'unset', 'cancelled']);

/** @param rows  from `arrange` in spans.js, at least one; `open` holds the ids of rows that are open */
export function drawWaterfall(rows, open) {
  const start = rows.find((span) => !span.context).start;
  const scale = timeScale(rows, start);
  const drawn = rows.slice(0, MAX_ROWS);
  const hidden = rows.length - drawn.length;
  return [
    legend(rows),
    element('div', { class: 'axis', 'aria-hidden': 'true' }, axis(scale)),
    element('ol', { class: 'rows' }, ...drawn.map((span) => row(span, scale, start, open))),
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
  return element('div', { class: 'scale' }, ...marks, ...gaps);
}

function row(span, scale, start, open) {
  const { spanId, service, op, name, status, httpStatus } = span;
  const failed = !GOOD.has(status);
  const bar = element('span', { class: 'bar' });
  const left = scale.place(span.start);
  bar.style.left = percent(left);
  bar.style.width = percent(Math.max(0, scale.place(span.end) - left));

  const label = element(
    'span',
    { class: 'label' },
    element('span', { class: 'dot', 'aria-hidden': 'true' }),
    element('span', { class: 'visually-hidden' }, service),
    element('span', { class: 'op' }, op),
    failed ? element('span', { class: 'failed' }, httpStatus ?? status.replaceAll('_', ' ')) : null,
    element('span', { class: 'name', title: name }, name),
  );
  label.style.setProperty('--depth', Math.min(span.depth, MAX_INDENT));

  const details = element(
    'details',
    { open: open.has(spanId), ontoggle: () => (details.open ? open.add(spanId) : open.delete(spanId)) },
    element(
      'summary',
      {},
      label,
      element('span', { class: 'track', 'aria-hidden': 'true' }, bar),
      element('span', { class: 'duration' }, formatDuration(span.end - span.start)),
    ),
    facts(span, start),
  );
  return element(
    'li',
    { class: span.context ? 'context' : null, 'data-service': service, 'data-span-id': spanId },
    details,
  );
}

function facts(span, start) {
  const list = [
    ['Service', span.service],
    ['Name', span.name],
    ['Status', span.httpStatus ? `${span.status} (HTTP ${span.httpStatus})` : span.status],
    ['Starts at', formatOffset(span.start - start)],
    ['Span id', span.spanId],
    ['Parent', span.parentSpanId ?? 'none'],
  ];
  return element(
    'dl',
    { class: 'facts' },
    ...list.flatMap(([term, text]) => [element('dt', {}, term), element('dd', {}, text)]),
  );
}

const percent = (share) => `${(share * 100).toFixed(3)}%`;
