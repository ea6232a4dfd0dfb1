// A subject that does nothing would win every comparison. So each must first show, over a real network, that what it
// is given arrives at the sink in its own format, and that nothing arrives where nothing is to be sampled.
import { Problem } from '../scripts/lib/say.mjs';

/** How long a subject may take to send, in milliseconds; all of them are told to send at once. */
const PATIENCE = 10_000;

/** Names of all spans in one body, by the format that a subject speaks. */
const NAMES = {
  envelope(text) {
    const [, ...lines] = text
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line));
    const names = [];
    for (let at = 0; at + 1 < lines.length; at += 2) {
      const [{ type }, payload] = [lines[at], lines[at + 1]];
      if (type === 'transaction') {
        names.push(payload.transaction, ...payload.spans.map(({ description }) => description));
      } else if (type === 'span') {
        names.push(
          ...payload.items.map(({ name, attributes }) =>
            `${name} ${attributes['url.full']?.value ?? ''}`.trim(),
          ),
        );
      }
    }
    return names;
  },
  otlp: (text) =>
    JSON.parse(text).resourceSpans.flatMap(({ scopeSpans }) =>
      scopeSpans.flatMap(({ spans }) => spans.map(describe)),
    ),
  intake: (text) =>
    text
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line))
      .map(({ transaction, span }) => (transaction?.sampled === false ? '' : (transaction ?? span)?.name))
      .filter(Boolean),
};

/** A request's span is called by its method alone in OpenTelemetry; the URL is an attribute. */
function describe({ name, attributes }) {
  const url = attributes.find(({ key }) => key === 'http.url' || key === 'url.full')?.value.stringValue;
  return url ? `${name} ${url}` : name;
}

/** What must have arrived: a root, its children, and a request. */
const WANTED = [/^bench-root/, /^child-0/, /^child-1/, /\/api\/orders/];

/** @param {string} name @param {import('./subjects.mjs').Subject} subject */
export async function prove(laboratory, server, name, { title, sends, format }) {
  if (!sends) return;
  const sink = `/sink/proof/${name}`;
  const names = () => server.received(`${sink}/1`).flatMap((text) => NAMES[format](text));
  const missing = () => WANTED.filter((wanted) => !names().some((arrived) => wanted.test(arrived)));
  await act(laboratory, name, { rate: 1, sink: `${sink}/1` }, () =>
    server.until(() => missing().length === 0, PATIENCE),
  );
  if (missing().length > 0) {
    throw new Problem(
      `${title} is not measured: of what it was given no span ${missing().join(', ')} arrived (there came: ${names().join(', ') || 'nothing'}); see bench/subjects/${name}.mjs.`,
    );
  }
  await act(laboratory, name, { rate: 0, sink: `${sink}/0` }, () => {});
  const sampled = server.received(`${sink}/0`).flatMap((text) => NAMES[format](text));
  if (sampled.length > 0) {
    throw new Problem(`${title} is not measured: with a sample rate of 0 it sent ${sampled.join(', ')}.`);
  }
}

function act(laboratory, name, options, wait) {
  return laboratory.with(name, { ...options, real: true }, async (page) => {
    await page.run('requests', { runs: 1, size: 1, perRoot: 1, url: '/api/orders' });
    // With a pause inside, because some leave out what took no measurable time.
    await page.run('slow', {});
    await wait();
  });
}
