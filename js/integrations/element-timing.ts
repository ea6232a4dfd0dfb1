// elementTimingIntegration(): when the elements that the page has marked with `elementtiming` were painted.

import { observe } from '../page/timeline.js';
import { count } from '../send/metrics.js';
import { ORIGIN } from '../span/record.js';
import type { Integration } from '../types/options.js';
import { attempt } from '../values/attempt.js';
import { recordedUrl } from './vital-spans.js';

/** <https://wicg.github.io/element-timing/> */
interface ElementEntry extends PerformanceEntry {
  identifier?: string;
  renderTime?: number;
  loadTime?: number;
  id?: string;
  element?: Element | null;
  url?: string;
  naturalWidth?: number;
  naturalHeight?: number;
}

let watching = false;

/**
 * Counts when elements with the attribute `elementtiming` were loaded and painted, as metrics.
 *
 * @example
 * init({ dsn, integrations: [browserTracingIntegration(), elementTimingIntegration()] });
 */
export function elementTimingIntegration(): Integration {
  return {
    name: 'ElementTiming',
    setup() {
      if (!watching) watching = observe<ElementEntry>('element', tell);
    },
  };
}

function tell(entry: ElementEntry): void {
  const { identifier, name, renderTime = 0, loadTime = 0, id, url, naturalWidth, naturalHeight } = entry;
  if (!identifier) return;
  const attributes = {
    [ORIGIN]: 'auto.ui.browser.element_timing',
    'ui.element.identifier': identifier,
    'ui.element.paint_type': name || undefined,
    'ui.element.id': id || undefined,
    'ui.element.type': attempt(() => entry.element?.tagName.toLowerCase()),
    'ui.element.url': recordedUrl(url),
    'ui.element.width': naturalWidth || undefined,
    'ui.element.height': naturalHeight || undefined,
  };
  const times = [
    ['ui.element.render_time', renderTime],
    ['ui.element.load_time', loadTime],
  ] as const;
  for (const [metric, value] of times) {
    if (value > 0) count({ name: metric, value, unit: 'millisecond', attributes });
  }
}
