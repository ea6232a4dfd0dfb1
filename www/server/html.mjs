// Text and values as parts of HTML.

export function escapeHtml(text) {
  return String(text).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** JSON that can stand inside a script element: no `<` can end it early. */
export function safeJson(value) {
  return JSON.stringify(value).replace(/</g, '\\u003c');
}
