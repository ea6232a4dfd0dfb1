// What an element of the page is called: `body > div#menu > button.buy[name="order"]`.
//
// Elements are odd: a form hides its own members behind fields named like them, frameworks wrap elements in proxies,
// and what is removed has no parent. The browser's own getters are asked first, and nothing is believed.

import { attempt } from '../values/attempt.js';

/** How many elements a path names at most, and from how many characters on no further one. */
const MAX_ELEMENTS = 5;
const MAX_CHARACTERS = 80;
/** One element alone may have a title of any length. */
const MAX_LENGTH = 300;

const SEPARATOR = ' > ';

/** The path of what cannot be named. */
export const UNKNOWN_ELEMENT = '<unknown>';

/** The attributes that tell elements apart, beside id and classes. */
const TELLING = ['aria-label', 'type', 'name', 'title', 'alt'];

/** A member of an element. Whatever the page has put in its way, the browser's own getter is asked first. */
function member(node: unknown, name: string): unknown {
  const own = attempt(() => Reflect.get(Element.prototype, name, node));
  return own ?? attempt(() => (node as Record<string, unknown>)[name]);
}

function attribute(node: unknown, name: string): string | null {
  const value = attempt(
    () => Reflect.apply(member(node, 'getAttribute') as () => unknown, node, [name]),
    null,
  );
  return typeof value === 'string' ? value : null;
}

/** What a component framework calls an element. */
function component(node: unknown): string | null {
  return attribute(node, 'data-sentry-component') || attribute(node, 'data-sentry-element');
}

function describe(node: unknown): string {
  const tag = member(node, 'tagName');
  if (typeof tag !== 'string') return '';
  const named = component(node);
  if (named) return named;
  const [id, classes] = [member(node, 'id'), member(node, 'className')];
  return [
    tag.toLowerCase(),
    id && typeof id === 'string' ? `#${id}` : '',
    // Of drawings it is no text.
    ...(typeof classes === 'string' ? classes.split(/\s+/).map((one) => one && `.${one}`) : []),
    ...TELLING.map((name) => {
      const value = attribute(node, name);
      return value ? `[${name}="${value}"]` : '';
    }),
  ].join('');
}

/** An element and what it stands in, as far as that fits. */
export function elementPath(element: unknown): string {
  let path = '';
  let node = element;
  for (let height = 0; node && height < MAX_ELEMENTS; height += 1) {
    const part = describe(node);
    if (
      part === 'html' ||
      (path && (!part || path.length + SEPARATOR.length + part.length >= MAX_CHARACTERS))
    )
      break;
    // What shifts may be a text, which has no name.
    path = path ? part + SEPARATOR + path : part;
    node = member(node, 'parentNode');
  }
  return path.slice(0, MAX_LENGTH) || UNKNOWN_ELEMENT;
}

/** The component that an element belongs to, if a framework says so. */
export function componentOf(element: unknown): string | undefined {
  let node = element;
  for (let height = 0; node && height < MAX_ELEMENTS; height += 1) {
    const name = component(node);
    if (name) return name;
    node = member(node, 'parentNode');
  }
  return undefined;
}
