// Lines of JSON, each shown as it arrives.
import * as Sentry from 'throughline';
import { settings } from '../settings.js';

export const run = (show) =>
  Sentry.startSpan({ name: 'make tea', op: 'ui.action' }, async () => {
    const response = await fetch(`${settings.ordersUrl}/api/tea`);
    const text = response.body.pipeThrough(new TextDecoderStream());
    const reader = text.getReader();
    let { value, done } = await reader.read();
    while (!done) {
      show(JSON.parse(value.trim().split('\n').at(-1)).step);
      ({ value, done } = await reader.read());
    }
  });
