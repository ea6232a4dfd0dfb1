// Crawlers: they wait until a page has nothing to do any more, and nobody looks at what they would report.

import { attempt } from '../values/attempt.js';

const BOTS =
  /Googlebot|Google-InspectionTool|Storebot-Google|Bingbot|Slurp|DuckDuckBot|Baiduspider|YandexBot|Facebot|facebookexternalhit|LinkedInBot|Twitterbot|Applebot/i;

/**
 * Whether the page is opened by a crawler, as far as its user agent says. `browserTracingIntegration()` does
 * nothing then.
 *
 * @example
 * if (!isBotUserAgent()) startTour();
 */
export function isBotUserAgent(): boolean {
  return attempt(() => BOTS.test(navigator.userAgent), false);
}
