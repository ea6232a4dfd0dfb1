// Keeps HTML for ten minutes, as a CDN would. Its tags say when their
// trace began: the SDK sees that a page is older than its visitor.
const TIME = 600_000;
const kept = new Map();

export function fromCache(path, render, now = Date.now()) {
  const found = kept.get(path);
  if (found && now - found.at < TIME) return found.html;
  const html = render();
  kept.set(path, { html, at: now });
  return html;
}
