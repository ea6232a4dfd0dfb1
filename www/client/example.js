// Every page but the shop: runs its example when a control is used, and shows what that says.

import { byId } from './dom.js';
import * as failingRequest from './examples/failing-request.js';
import * as longTask from './examples/long-task.js';
import * as navigation from './examples/navigation.js';
import * as slowRequest from './examples/slow-request.js';
import * as staleCache from './examples/stale-cache.js';
import * as streaming from './examples/streaming.js';
import * as worker from './examples/worker.js';
import { settings } from './settings.js';
import { openTracePanel } from './trace-panel.js';
import { startTracing } from './tracing.js';

const EXAMPLES = {
  navigation,
  'slow-request': slowRequest,
  'failing-request': failingRequest,
  'long-task': longTask,
  streaming,
  worker,
  'stale-cache': staleCache,
};

const { run } = EXAMPLES[settings.page];
const controls = byId('controls');
const pageTitle = document.title;
let running = false;

startTracing();
openTracePanel();

function show(text) {
  byId('result').textContent = text;
}

/** One run at a time; a control keeps its focus while it waits, so it is not `disabled`. */
async function start(path) {
  if (running) return;
  running = true;
  controls.setAttribute('aria-busy', 'true');
  try {
    await run(show, path);
  } catch {
    show('No answer came. Please try again in a moment.');
  } finally {
    running = false;
    controls.setAttribute('aria-busy', 'false');
  }
}

/** Marks the link that leads to where we are, gives its name to the view, and answers with it. */
function nameView() {
  const links = [...controls.querySelectorAll('a')];
  for (const link of links) link.removeAttribute('aria-current');
  const current = links.find((link) => link.pathname === location.pathname);
  current?.setAttribute('aria-current', 'page');
  const heading = byId('view-title');
  heading.textContent = current?.textContent ?? '';
  heading.hidden = !current;
  document.title = current ? `${current.textContent} – ${pageTitle}` : pageTitle;
  return current;
}

function showView() {
  if (nameView()) start(location.pathname);
  else show('');
}

if (settings.page === 'stale-cache') {
  start();
} else {
  controls.addEventListener('click', (event) => {
    const control = event.target.closest('.control');
    // A click with a key held opens the link elsewhere.
    if (!control || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    start(control.pathname);
    if (settings.page === 'navigation') nameView();
  });
}
if (settings.page === 'navigation') {
  addEventListener('popstate', showView);
  showView();
}
