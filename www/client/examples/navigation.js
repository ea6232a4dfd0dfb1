// `pushState` begins a navigation span, and with it a trace.
import { settings } from '../settings.js';

export async function run(show, path) {
  if (path !== location.pathname) history.pushState(null, '', path);
  const id = path.split('/').at(-1);
  const response = await fetch(`${settings.ordersUrl}/api/products/${id}`);
  const { name, detail, orders } = await response.json();
  show(`${name}: ${detail}. Orders so far: ${orders}.`);
}
