// otlpExporter(): traces to a collector of OpenTelemetry, beside the DSN or instead of it.

import type { Client, Integration } from '../types/options.js';
import { attempt } from '../values/attempt.js';
import { elapsed } from '../values/clock.js';
import { shown } from '../values/debug.js';
import { entries } from './attributes.js';
import { say } from './post.js';
import { processOfNode } from './resource.js';
import { Roots } from './roots.js';
import { type Collector, Sending } from './sending.js';
import { partsOf } from './spans.js';

/** Where collectors take traces. */
const PATH = '/v1/traces';

/** How long the first span of a batch waits if nobody says, in milliseconds. */
const DELAY = 1000;

/** Clients whose spans are sent at the same time, the newest last; of more the oldest send what they have and are let go. */
const MAX_SENDINGS = 10;
const sendings = new Set<Sending>();
let isWatching = false;

/** The options of {@link otlpExporter}. */
export interface OtlpExporterOptions {
  /**
   * Where the collector takes traces, for example `https://collector.example.com/v1/traces`. An address without a path gets
   * `/v1/traces`; one with a path is taken as it is. On a page it may be relative to it.
   */
  url: string | URL;
  /** Further headers of the requests. A collector of another origin has to allow them. */
  headers?: Record<string, string> | undefined;
  /** `service.name`. Default: the name in a release `name@version`, else `unknown_service:browser` or `unknown_service:node`. */
  serviceName?: string | undefined;
  /** Further attributes of the resource; they win over what is known otherwise. */
  resource?: Record<string, string | number | boolean | Array<string | number | boolean>> | undefined;
  /**
   * Whether requests are compressed where that can be awaited. Default: `gzip` on Node and for a collector of the page's own origin, else
   * `none`, because collectors of another origin have to allow the header `content-encoding`.
   */
  compression?: 'gzip' | 'none' | undefined;
  /** How long the first span of a request waits for others, in milliseconds. Default: 1000. */
  delay?: number | undefined;
}

/**
 * Sends traces to a collector of OpenTelemetry by OTLP/HTTP as JSON, also without a `dsn`. What is sampled, filtered and changed by the
 * options of `init` is sent so.
 *
 * @param options see {@link OtlpExporterOptions}
 * @example
 * init({ tracesSampleRate: 0.1, integrations: [otlpExporter({ url: 'https://collector.example.com' })] });
 */
export function otlpExporter(options: OtlpExporterOptions): Integration {
  return {
    name: 'OtlpExporter',
    setup(client) {
      const collector = collectorOf(client, options);
      if (!collector) {
        say(client, `otlpExporter was ignored: ${shown(attempt(() => options.url))} is no address`);
        return;
      }
      start(client, new Sending(client, collector));
    },
  };
}

function start(client: Client, sending: Sending): void {
  const roots = new Roots(client);
  client.on('beforeEnvelope', (envelope) => sending.take(partsOf(envelope, roots)));
  client.on('close', () => {
    sending.leave(true);
    sending.clear();
    sendings.delete(sending);
  });
  const { flush } = client;
  client.flush = async (timeout) => {
    const since = elapsed();
    const own = await flush.call(client, timeout);
    const sent = sending.flush();
    return (await (timeout ? within(timeout - (elapsed() - since), sent) : sent)) && own;
  };
  sendings.add(sending);
  const [oldest] = sendings;
  if (oldest && sendings.size > MAX_SENDINGS) {
    oldest.leave();
    sendings.delete(oldest);
  }
  watch();
}

/** What a promise answers with; false if time runs out. On a server the timer keeps the process alive. */
function within(millis: number, promise: Promise<boolean>): Promise<boolean> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(resolve, Math.max(1, millis), false);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

/** Sends what waits when the page is hidden or left, or the process has nothing else to do: after the client, which has listened before. */
function watch(): void {
  if (isWatching) return;
  isWatching = true;
  const leave = () => {
    for (const sending of sendings) attempt(() => sending.leave());
  };
  attempt(() => {
    document.addEventListener('visibilitychange', () => {
      if (document.visibilityState === 'hidden') leave();
    });
  });
  attempt(() => globalThis.addEventListener('pagehide', leave));
  attempt(() =>
    processOfNode()?.on?.('beforeExit', () => {
      for (const sending of sendings) sending.drain();
    }),
  );
}

/** What the options say; nothing if there is no address. */
function collectorOf(client: Client, options: OtlpExporterOptions): Collector | undefined {
  const node = processOfNode();
  return attempt(() => {
    const { headers, serviceName, resource, compression, delay } = options;
    const url = new URL(
      options.url,
      node ? undefined : (attempt(() => document.baseURI) ?? attempt(() => location.href)),
    );
    if (!/^https?:$/.test(url.protocol)) return undefined;
    if (url.pathname === '/') url.pathname = PATH;
    const isOwn = Boolean(node) || attempt(() => url.origin === location.origin, false);
    return {
      url: url.href,
      headers: headersOf(client, headers),
      serviceName,
      resource,
      zips: compression ? compression === 'gzip' : isOwn,
      delay: typeof delay === 'number' && delay >= 0 ? delay : DELAY,
    };
  });
}

/** The headers of the options that requests can have: one that they cannot would stop them all. */
function headersOf(client: Client, given: unknown): [name: string, value: string][] {
  return entries(given).flatMap(([name, value]) => {
    if (value === undefined || value === null) return [];
    const header = attempt((): [string, string] => {
      const header: [string, string] = [name, `${value as string}`];
      new Headers([header]);
      return header;
    });
    // What it says may be a secret.
    if (!header) say(client, `otlpExporter sends no header ${shown(name)}: requests cannot have it`);
    return header ? [header] : [];
  });
}
