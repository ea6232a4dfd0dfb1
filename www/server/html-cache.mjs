// Keeps HTML for ten minutes, as a CDN would. The SDK knows by a tag in it
// that a page is older than its visitor.
const TIME = 600_000;
const kept = new Map();

export function fromCache(path, render, now = Date.now()) {
  const found = kept.get(path);
  if (found && now - found.at < TIME) return found.html;
  const tag = `<meta name="sentry-trace-time" content="${now / 1000}">`;
  const html = render(tag);
  kept.set(path, { html, at: now });
  return html;
}
