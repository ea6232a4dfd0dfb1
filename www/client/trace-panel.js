// The panel "Your trace": the id, and the spans of the last click, of the whole page, or of a trace it is linked to.

import * as Sentry from 'throughline';
import { byId, element } from './dom.js';
import { settings } from './settings.js';
import { arrange, isComplete } from './spans.js';
import { watchTrace } from './trace-source.js';
import { drawWaterfall } from './waterfall.js';

const TRACE_HEADER = /^([0-9a-f]{32})-([0-9a-f]{16})(?:-([01]))?$/;

/** What a visitor has done: the ops of spans that the panel turns to. */
const CLICKS = new Set(['ui.action', 'navigation']);

/** How long the copy button says that it has copied, in milliseconds. */
const COPIED_TIME = 1500;

/** What a link to another trace means. */
const LINKS = { previous_trace: 'the trace before', stale_trace: 'the trace in the HTML' };

export function openTracePanel() {
  const views = { click: byId('view-click'), page: byId('view-page') };
  const heading = byId('trace-title');
  const summary = byId('trace-summary');
  const waterfall = byId('waterfall');
  const { hint, note } = waterfall.dataset;
  const open = new Set();
  let { view } = waterfall.dataset;
  let page = parseHeader(Sentry.getTraceData()['sentry-trace']);
  let click = null;
  let linked = null;
  let stopWatching = () => {};

  function refresh() {
    stopWatching();
    for (const [name, button] of Object.entries(views)) {
      button.setAttribute('aria-pressed', String(name === view));
    }
    const trace = { click: click ?? page, page, linked }[view];
    showTraceId(trace);
    if (!trace) return say('no-trace', 'The tracing SDK is not running on this page.');
    if (!trace.sampled) {
      return say(
        'unsampled',
        'This page’s trace is not recorded.',
        'The server decided so when it rendered the page (its sentry-trace header ends in -0), and every service keeps to it: headers travel, nothing is reported.',
      );
    }
    if (view === 'click' && !click) return say('empty', hint, note);
    follow(trace.traceId, view === 'click' ? click : null);
  }

  function follow(traceId, from) {
    let rows = [];
    let complete = false;
    waiting();
    stopWatching = watchTrace(traceId, {
      onSpans(spans) {
        rows = arrange(spans, from);
        if (rows.length === 0) return;
        complete = !from || isComplete(rows, from);
        draw(rows, complete ? '' : ' · waiting for more');
      },
      onEnd(reason) {
        if (complete) return;
        if (rows.length > 0) return draw(rows, ' · some services have not reported');
        say(
          'missing',
          reason === 'error' ? 'The collector cannot be reached.' : 'No spans have arrived.',
          'What you did is not affected by this.',
          element('button', { type: 'button', class: 'quiet', onclick: refresh }, 'Look again'),
        );
      },
    });
  }

  function draw(rows, remark) {
    const more = remark.includes('waiting');
    summarize(`${count(rows.length, 'span')} from ${sources(rows)}${remark}`);
    setState(more ? 'partial' : 'complete', more);
    fill(...links(rows), ...drawWaterfall(rows, open));
  }

  /** Buttons that lead to the traces that these spans are linked to. */
  function links(rows) {
    return rows
      .filter((span) => !span.context)
      .flatMap((span) => span.links)
      .map(({ traceId, type }) => {
        const name = LINKS[type] ?? 'a linked trace';
        const show = () => {
          linked = { traceId, sampled: true, name };
          setView('linked');
        };
        const text = `Show ${name}`;
        return element(
          'p',
          { class: 'linked', 'data-focus': traceId },
          element('span', {}, 'Linked to ', element('code', {}, traceId), ` (${type})`),
          element('button', { type: 'button', class: 'quiet', onclick: show }, text),
        );
      });
  }

  function waiting() {
    summarize('Waiting for the services to report…');
    setState('waiting', true);
    const lines = [0, 1, 2, 3, 4].map(() => element('div', { class: 'skeleton' }));
    fill(...lines);
  }

  function say(state, title, text = '', action = null) {
    // Only the summary is announced; whoever sees the message has no need of it.
    summarize(title, true);
    setState(state, false);
    fill(element('div', { class: 'message' }, element('strong', {}, title), element('p', {}, text), action));
  }

  /** Says what is shown, and of which trace where no button of `views` says so. */
  function summarize(text, isSeen = false) {
    summary.textContent = view === 'linked' ? `${capitalize(linked.name)}: ${text}` : text;
    summary.classList.toggle('visually-hidden', isSeen);
  }

  /** What somebody was at is another element then, or none: they go on at the head of the panel. */
  function fill(...nodes) {
    const { activeElement } = document;
    const wasInside = waterfall.contains(activeElement);
    const key = activeElement?.closest('[data-focus]')?.dataset.focus;
    waterfall.replaceChildren(...nodes);
    if (!wasInside) return;
    const same = key && waterfall.querySelector(`[data-focus="${key}"] button`);
    (same || heading).focus();
  }

  function setState(state, busy) {
    waterfall.dataset.state = state;
    waterfall.setAttribute('aria-busy', String(busy));
  }

  function setView(name) {
    view = name;
    open.clear();
    refresh();
  }

  for (const name of Object.keys(views)) views[name].addEventListener('click', () => setView(name));
  byId('copy').addEventListener('click', () => copy(byId('trace-id').textContent));

  Sentry.getClient()?.on('spanStart', (span) => {
    const { attributes, start_timestamp: start } = Sentry.spanToJSON(span);
    if (!CLICKS.has(attributes['sentry.op'])) return;
    click = { ...parseHeader(Sentry.spanToTraceHeader(span)), start };
    page = click;
    setView('click');
  });
  refresh();
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

/** The browser is no service: it is named. */
function sources(rows) {
  const services = new Set(rows.map((span) => span.service));
  const isBrowser = services.delete('browser');
  const others = services.size > 0 ? count(services.size, 'service') : '';
  return [isBrowser ? 'the browser' : '', others].filter(Boolean).join(' and ');
}

const capitalize = (text) => text[0].toUpperCase() + text.slice(1);
const count = (number, word) => `${number} ${word}${number === 1 ? '' : 's'}`;
