// Runs in the page: the work that is measured, the same for every subject.

const ATTRIBUTES = { 'app.cart': 'three things', 'app.total': 42 };

/** Lets everything run that waits for its turn. */
const channel = new MessageChannel();
let turned = () => {};
channel.port1.onmessage = () => turned();
const turn = () =>
  new Promise((resolve) => {
    turned = resolve;
    channel.port2.postMessage(0);
  });

/** Two, because what is sent goes through promises and through a task. */
const turns = async () => {
  await turn();
  await turn();
};

/** Roots that are open at once never exceed this: SDKs drop envelopes while too many are under way. */
const BATCH = 20;

const CHILDREN_IN_TREE = 3;

/** How `count` spans of each kind are made. Every one has two attributes, an `op` and a callback. */
const KINDS = {
  child: (subject, count) => below(subject, count, (name) => subject.child(name, ATTRIBUTES)),
  changed: (subject, count) => below(subject, count, (name) => subject.changed(name, ATTRIBUTES)),
  async nested(subject, count) {
    subject.open('bench-root', () => {
      const parent = subject.parent('bench-parent');
      for (let at = 0; at < count; at++) parent.child(`child-${at}`, ATTRIBUTES);
      parent.end();
    })();
    await turns();
  },
  root: (subject, count) => inBatches(count, () => subject.root('bench-root', ATTRIBUTES)),
  newTrace: (subject, count) => inBatches(count, () => subject.newTrace('bench-root', ATTRIBUTES)),
  tree: (subject, count) =>
    inBatches(count / (1 + CHILDREN_IN_TREE), () => rootWith(subject, CHILDREN_IN_TREE)),
};

/** Children of one root, which ends after them. */
async function below(subject, count, child) {
  subject.open('bench-root', () => {
    for (let at = 0; at < count; at++) child(`child-${at}`);
  })();
  await turns();
}

function rootWith(subject, children) {
  subject.root('bench-root', ATTRIBUTES, () => {
    for (let at = 0; at < children; at++) subject.child(`child-${at}`, ATTRIBUTES);
  });
}

async function inBatches(count, one) {
  for (let done = 0; done < count; ) {
    const until = Math.min(count, done + BATCH);
    for (; done < until; done++) one();
    await turns();
  }
}

/**
 * Spans of one kind, ended and handed over, in so many runs of so many.
 * @returns {Promise<{ times: number[], sent: number }>} by run, microseconds on the wall per span; and how often something
 *   was sent within that time
 */
export async function spans(subject, { kind, runs, size }) {
  const before = network.sent;
  const times = await timed(runs, size, () => KINDS[kind](subject, size));
  const sent = network.sent - before;
  await subject.flush();
  return { times, sent };
}

/**
 * Requests, one after the other, in roots, in children of roots or (`alone`) without any span.
 * @returns {Promise<number[]>} by run, microseconds on the wall per request until the page has its answer
 */
export async function requests(subject, { runs, size, perRoot, url, alone, below }) {
  const request = () => fetch(url);
  const times = await timed(runs, size, async () => {
    for (let done = 0; done < size; done += perRoot) {
      if (alone) for (let at = 0; at < perRoot; at++) await request();
      else await subject.requests('bench-root', request, perRoot, below);
      await turn();
    }
  });
  await subject.flush();
  return times;
}

async function timed(runs, size, run) {
  const times = [];
  for (let at = 0; at < runs; at++) {
    const began = performance.now();
    await run();
    times.push(((performance.now() - began) / size) * 1000);
  }
  return times;
}

/** Roots with children, sent as in life. */
export async function roots(subject, { count, children }) {
  await inBatches(count, () => rootWith(subject, children));
  await subject.flush();
}

let end = () => {};

/** A root with many children that have ended. */
export function build(subject, { children }) {
  end = subject.open('bench-root', () => {
    for (let at = 0; at < children; at++) subject.child(`child-${at}`, ATTRIBUTES);
  });
}

/**
 * Ends it, and waits until everything is handed over.
 * @returns microseconds on the wall until the page goes on, and until what is sent at once has been
 */
export async function finish(subject) {
  const began = performance.now();
  end();
  const call = (performance.now() - began) * 1000;
  await turns();
  const sent = (performance.now() - began) * 1000;
  await subject.flush();
  return { call, sent };
}

/** Ends the page load, and waits until it is handed over. @returns whether there was one */
export async function finishPageLoad(subject) {
  const wasThere = subject.endPageLoad();
  await turns();
  await subject.flush();
  return wasThere;
}

/** From here on the network keeps what it is sent. */
export function keep() {
  network.keeps = true;
}

/** How many spans stand in the bodies that the network has kept, by the names they have on every wire. */
export async function arrived() {
  let roots = 0;
  let children = 0;
  for (const body of await bodies()) {
    roots += body.split('"bench-root"').length - 1;
    children += body.split('"child-').length - 1;
  }
  return { roots, children };
}

/** How many of the page's images stand in them. */
export async function arrivedImages() {
  const isIn = (body) => [...document.images].filter(({ src }) => body.includes(src)).length;
  return (await bodies()).reduce((sum, body) => sum + isIn(body), 0);
}

function bodies() {
  return Promise.all(network.bodies.splice(0).map(textOf));
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
