// The pages of the demo: what each is called, says, lets its visitor do, and which files it shows.

import { PRODUCTS } from './products.mjs';

/**
 * `controls` begin the example: `{label}` is a button, `{label, href}` a link. `code` are paths below www/.
 * `views` are further addresses of the same HTML; `view` is what the panel begins with: the last click, or the whole page.
 */
export const PAGES = [
  {
    name: 'shop',
    path: '/',
    label: 'Shop',
    title: 'What would you like?',
    hint: 'Buy something to see its trace.',
    note: 'The click starts a span in your browser; orders, payments and their databases continue it.',
    code: ['client/tracing.js', 'client/examples/shop.js'],
  },
  {
    name: 'navigation',
    path: '/navigation',
    label: 'Navigation',
    title: 'Navigation in a single-page app',
    text: 'Each view begins a trace of its own, and links to the trace before it. Nothing in the code says so: the SDK hears the History API.',
    hint: 'Choose a product to see the trace of its view.',
    views: ['/navigation/:product'],
    controls: PRODUCTS.map(({ id, name }) => ({ label: name, href: `/navigation/${id}` })),
    code: ['client/examples/navigation.js'],
  },
  {
    name: 'slow-request',
    path: '/slow-request',
    label: 'Slow request',
    title: 'A request that takes too long',
    text: 'The page waits half a second for a few prices. The waterfall tells why: orders asks payments for one currency after the other, where it could ask for all at once.',
    hint: 'Ask for the prices to see where the time goes.',
    controls: [{ label: 'Show foreign prices' }],
    code: ['client/examples/slow-request.js'],
  },
  {
    name: 'failing-request',
    path: '/failing-request',
    label: 'Failing request',
    title: 'A request that fails',
    text: 'All that the page hears is an error of orders. The trace goes on to the one statement that broke, two services away: payments asks a table that does not exist.',
    hint: 'Redeem the voucher to see what breaks.',
    controls: [{ label: 'Redeem voucher' }],
    code: ['client/examples/failing-request.js'],
  },
  {
    name: 'long-task',
    path: '/long-task',
    label: 'Long task',
    title: 'A long task',
    text: 'Counting blocks the page for a moment: no click, no key, no frame. One span below the click is the function’s own; the other one, with the whole frame, is what the browser reported afterwards.',
    hint: 'Count to see what blocks the page.',
    controls: [{ label: 'Count the baskets' }],
    code: ['client/examples/long-task.js'],
  },
  {
    name: 'streaming',
    path: '/streaming',
    label: 'Streaming',
    title: 'A response that is streamed',
    text: 'The answer begins at once and goes on for a second. Its request is one span, up to the first byte; reading the stream is another one.',
    hint: 'Watch the tea being made to see its stream.',
    controls: [{ label: 'Make tea' }],
    code: ['client/examples/streaming.js'],
  },
  {
    name: 'worker',
    path: '/worker',
    label: 'Worker',
    title: 'Work in a worker',
    text: 'The page hands its trace over in one line, and the worker goes on with it in another one. So the click, the work and what the worker requests are one trace. Meanwhile nothing blocks the page.',
    hint: 'Ask the worker to see what it does.',
    controls: [{ label: 'Ask the worker' }],
    code: ['client/examples/worker.js', 'client/examples/worker-thread.js'],
  },
  {
    name: 'stale-cache',
    path: '/stale-cache',
    label: 'Stale cache',
    title: 'HTML out of a cache',
    text: 'This HTML is kept for ten minutes, and names the trace of the request that rendered it. A browser goes on with that trace once, and only while it is fresh. Later views would glue strangers into one trace: they begin their own, and link to the old one.',
    hint: 'This page has no trace.',
    controls: [{ label: 'Load it again', href: '/stale-cache' }],
    view: 'page',
    code: ['server/html-cache.mjs', 'client/examples/stale-cache.js'],
  },
];
