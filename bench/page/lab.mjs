// Runs in the page: the work that is measured, the same for every subject.

const ATTRIBUTES = { 'app.cart': 'three things', 'app.total': 42 };
const NOTHING = {};

/** Lets everything run that waits for its turn. */
const channel = new MessageChannel();
let turned = () => {};
channel.port1.onmessage = () => turned();
const turn = () =>
  new Promise((resolve) => {
    turned = resolve;
    channel.port2.postMessage(0);
  });

const median = (values) => values.sort((a, b) => a - b)[values.length >> 1];

/** Roots that are open at once never exceed this: SDKs drop envelopes while too many are under way. */
const BATCH = 20;

/**
 * Roots with children, sent as in life.
 * @returns {Promise<number>} microseconds that the page's own code waits for, per root with its children
 */
export async function roots(subject, { count, children }) {
  const inside = () => {
    for (let at = 0; at < children; at++) subject.child(`child-${at}`, ATTRIBUTES);
  };
  const times = [];
  for (let done = 0; done < count; ) {
    const batch = Math.min(BATCH, count - done);
    const began = performance.now();
    for (let at = 0; at < batch; at++) subject.root('bench-root', inside);
    times.push((performance.now() - began) / batch);
    done += batch;
    await turn();
    await turn();
  }
  await subject.flush();
  return median(times) * 1000;
}

/**
 * Children of roots that are open.
 * @returns {Promise<number>} microseconds that the page's own code waits for, per child
 */
export async function children(subject, { count, perRoot }) {
  const times = [];
  for (let done = 0; done < count; done += perRoot) {
    subject.open('bench-root', () => {
      for (let at = 0; at < perRoot; ) {
        const began = performance.now();
        for (let inBatch = 0; inBatch < BATCH; inBatch++, at++) subject.child(`child-${at}`, NOTHING);
        times.push((performance.now() - began) / BATCH);
      }
    })();
    await turn();
    await turn();
  }
  await subject.flush();
  return median(times) * 1000;
}

/**
 * Requests, one after the other, inside a span or without any.
 * @returns {Promise<number>} microseconds until the page has its answer, per request
 */
export async function requests(subject, { count, perRoot, url, alone }) {
  const times = [];
  const request = () => fetch(url);
  for (let done = 0; done < count; done += perRoot) {
    const began = performance.now();
    if (alone) for (let at = 0; at < perRoot; at++) await request();
    else await subject.requests('bench-root', request, perRoot);
    times.push((performance.now() - began) / perRoot);
    await turn();
  }
  await subject.flush();
  return median(times) * 1000;
}

let end = () => {};

/** A root with many children that have ended. */
export function build(subject, { children }) {
  end = subject.open('bench-root', () => {
    for (let at = 0; at < children; at++) subject.child(`child-${at}`, ATTRIBUTES);
  });
}

/** Ends it, and waits until everything is handed over. @returns microseconds of `end` alone */
export async function finish(subject) {
  const began = performance.now();
  end();
  const took = performance.now() - began;
  await turn();
  await subject.flush();
  return took * 1000;
}

/** How many spans arrived in the bodies that the network has kept, by the names they have on every wire. */
export async function arrived() {
  let roots = 0;
  let below = 0;
  for (const body of network.bodies.splice(0)) {
    const text = await textOf(body);
    roots += text.split('"bench-root"').length - 1;
    below += text.split('"child-').length - 1;
  }
  return { roots, children: below };
}

async function textOf(body) {
  const bytes = new Uint8Array(await new Response(body instanceof Request ? body.body : body).arrayBuffer());
  const stream = new Blob([bytes]).stream();
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
  return new Response(isGzip ? stream.pipeThrough(new DecompressionStream('gzip')) : stream).text();
}

/** One root whose children take their time, for proofs that spans arrive. */
export async function slow(subject) {
  const pause = () => {
    for (const until = performance.now() + 2; performance.now() < until; );
  };
  subject.open('bench-root', () => {
    for (let at = 0; at < 2; at++) subject.child(`child-${at}`, ATTRIBUTES, pause);
  })();
  await subject.flush();
}
