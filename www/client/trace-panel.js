// The panel "Your trace": the id, and the spans of the last click or of the whole page.

import { byId, element } from './dom.js';
import { settings } from './settings.js';
import { arrange, isComplete } from './spans.js';
import { watchTrace } from './trace-source.js';
import { drawWaterfall } from './waterfall.js';

const TRACE_HEADER = /^([0-9a-f]{32})-([0-9a-f]{16})(?:-([01]))?$/;

/** How long the copy button says that it has copied, in milliseconds. */
const COPIED_TIME = 1500;

/** @param {string | undefined} pageHeader  the page's `sentry-trace`, as the SDK sends it */
export function createTracePanel(pageHeader) {
  const views = { click: byId('view-click'), page: byId('view-page') };
  const summary = byId('trace-summary');
  const waterfall = byId('waterfall');
  const open = new Set();
  let view = 'click';
  let trace = parseHeader(pageHeader);
  let click = null;
  let stopWatching = () => {};

  function refresh() {
    stopWatching();
    for (const [name, button] of Object.entries(views)) {
      button.setAttribute('aria-pressed', String(name === view));
    }
    showTraceId(trace);
    if (!trace) return say('no-trace', 'The tracing SDK is not running on this page.');
    if (!trace.sampled) {
      return say(
        'unsampled',
        'This page’s trace is not recorded.',
        'The server decided so when it rendered the page (its sentry-trace header ends in -0), and every service keeps to it: headers travel, nothing is reported.',
      );
    }
    if (view === 'click' && !click) {
      return say(
        'empty',
        'Buy something to see its trace.',
        'The click starts a span in your browser; orders, payments and their databases continue it.',
      );
    }
    follow(trace.traceId, view === 'click' ? click.spanId : null);
  }

  function follow(traceId, rootId) {
    let rows = [];
    waiting();
    stopWatching = watchTrace(traceId, {
      onSpans(spans) {
        rows = arrange(spans, rootId);
        if (rows.length === 0) return;
        const complete = rootId !== null && isComplete(rows);
        draw(rows, rootId !== null && !complete);
        if (complete) stopWatching();
      },
      onEnd(reason) {
        if (rows.length > 0) return draw(rows, false, rootId !== null);
        say(
          'missing',
          reason === 'error' ? 'The collector cannot be reached.' : 'No spans have arrived.',
          'Your order is not affected by this.',
          element('button', { type: 'button', class: 'quiet', onclick: refresh }, 'Look again'),
        );
      },
    });
  }

  function draw(rows, more, partial = false) {
    const services = new Set(rows.map((span) => span.service)).size;
    const note = more ? ' · waiting for more' : partial ? ' · some services have not reported' : '';
    summary.textContent = `${count(rows.length, 'span')} from ${count(services, 'service')}${note}`;
    waterfall.dataset.state = more ? 'partial' : 'complete';
    waterfall.setAttribute('aria-busy', String(more));
    waterfall.replaceChildren(...drawWaterfall(rows, open));
  }

  function waiting() {
    summary.textContent = 'Waiting for the services to report…';
    waterfall.dataset.state = 'waiting';
    waterfall.setAttribute('aria-busy', 'true');
    const lines = [0, 1, 2, 3, 4].map(() => element('div', { class: 'skeleton' }));
    waterfall.replaceChildren(...lines);
  }

  function say(state, title, text = '', action = null) {
    summary.textContent = '';
    waterfall.dataset.state = state;
    waterfall.setAttribute('aria-busy', 'false');
    waterfall.replaceChildren(
      element('div', { class: 'message' }, element('strong', {}, title), element('p', {}, text), action),
    );
  }

  for (const name of Object.keys(views)) {
    views[name].addEventListener('click', () => {
      view = name;
      refresh();
    });
  }
  byId('copy').addEventListener('click', () => trace && copy(trace.traceId));
  refresh();

  return {
    /** Shows what is below the span that this `sentry-trace` header names. */
    showClick(header) {
      click = parseHeader(header);
      trace = click ?? trace;
      view = 'click';
      open.clear();
      refresh();
    },
  };
}

function parseHeader(header) {
  const match = TRACE_HEADER.exec(header ?? '');
  return match && { traceId: match[1], spanId: match[2], sampled: match[3] !== '0' };
}

function showTraceId(trace) {
  byId('trace-id').textContent = trace?.traceId ?? 'none';
  byId('copy').hidden = !trace;
  byId('spotlight').href = trace?.sampled
    ? `${settings.spotlightUrl}/telemetry/traces/${trace.traceId}`
    : settings.spotlightUrl;
}

async function copy(text) {
  const button = byId('copy');
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = 'Copied';
  } catch {
    // Not allowed here: select the id, so that the keyboard can copy it.
    getSelection().selectAllChildren(byId('trace-id'));
    button.textContent = 'Selected';
  }
  setTimeout(() => {
    button.textContent = 'Copy';
  }, COPIED_TIME);
}

const count = (number, word) => `${number} ${word}${number === 1 ? '' : 's'}`;
