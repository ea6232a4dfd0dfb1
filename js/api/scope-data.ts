// Functions that set what is known about the user and the page, for everything that is sent from now on.

import { getIsolationScope } from '../scope/active.js';
import type { Primitive, User } from '../types/events.js';

/**
 * Sets a tag on everything this page sends from now on.
 *
 * @param name what it is called
 * @param value a text, number or boolean
 * @example
 * setTag('part', 'checkout');
 */
export function setTag(name: string, value: Primitive): void {
  getIsolationScope().setTag(name, value);
}

/**
 * Sets tags on everything this page sends from now on.
 *
 * @param tags names and values
 * @example
 * setTags({ part: 'checkout', theme: 'dark' });
 */
export function setTags(tags: { [name: string]: Primitive }): void {
  getIsolationScope().setTags(tags);
}

/**
 * Sets an attribute on everything this page sends from now on, as far as it has attributes of its scope:
 * spans that are sent on their own. Transactions have tags, see {@link setTag}.
 *
 * @param name what it is called
 * @param value a text, number, boolean, or a list of one of these
 * @example
 * setAttribute('theme', 'dark');
 */
export function setAttribute(name: string, value: unknown): void {
  getIsolationScope().setAttribute(name, value);
}

/**
 * Sets attributes, see {@link setAttribute}.
 *
 * @param attributes names and values
 * @example
 * setAttributes({ theme: 'dark', beta: true });
 */
export function setAttributes(attributes: Record<string, unknown>): void {
  getIsolationScope().setAttributes(attributes);
}

/**
 * Sets arbitrary data on everything this page sends from now on.
 *
 * @param name what it is called
 * @param extra data; it is sent up to three levels deep
 * @example
 * setExtra('cart', { items: 3 });
 */
export function setExtra(name: string, extra: unknown): void {
  getIsolationScope().setExtra(name, extra);
}

/**
 * Sets arbitrary data on everything this page sends from now on.
 *
 * @param extras names and data; they are sent up to three levels deep
 * @example
 * setExtras({ cart: { items: 3 } });
 */
export function setExtras(extras: Record<string, unknown>): void {
  getIsolationScope().setExtras(extras);
}

/**
 * Sets a named group of data on everything this page sends from now on; `null` removes it.
 *
 * @param name what the group is called
 * @param context its members; `null` removes it
 * @example
 * setContext('shop', { currency: 'EUR' });
 */
export function setContext(name: string, context: Record<string, unknown> | null): void {
  getIsolationScope().setContext(name, context);
}

/**
 * Sets who uses the page; `null` for nobody.
 *
 * @param user `id`, `email`, `username`, `ip_address`; `null` for nobody
 * @example
 * setUser({ id: '42' });
 */
export function setUser(user: User | null): void {
  getIsolationScope().setUser(user);
}
