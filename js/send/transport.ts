// Envelopes on their way out: by the page's own `fetch` or by its `transport` option; what the server answers about limits, and
// what became of them in the end.

import { addLimits, isLimited } from '../core/delivery.js';
import { getCurrentScope, runInScope } from '../scope/active.js';
import type { BrowserClient } from '../scope/client.js';
import type { Transport, TransportMakeRequestResponse } from '../types/options.js';
import { attempt } from '../values/attempt.js';
import { elapsed } from '../values/clock.js';
import { complain, shown } from '../values/debug.js';
import { baseAddress } from '../values/place.js';
import { text } from '../values/values.js';
import { type Cargo, type Envelope, printItems } from './envelope.js';
import { Line } from './line.js';
import { bodyOf, bytesOf, headerNow, type Parcel, type Sent } from './parcel.js';
import { cheaper, originalFetch, post } from './post.js';
import { Teller } from './tell.js';
import {
  type Answer,
  begin,
  type GuestRequest,
  isUnderWay,
  onPlace,
  placeGiven,
  UNKNOWN,
  watchPage,
} from './under-way.js';

/** Hooks whose listeners see envelopes, or what became of them. */
const ENVELOPE_HOOKS = ['beforeEnvelope', 'afterEnvelope', 'afterSendEvent'];

/** What servers have said about limits, as the core writes it, by where envelopes go. */
const limits = new Map<string, string>();
/** So many destinations are remembered. */
const MAX_DESTINATIONS = 10;

/** What a client sends by. */
export class Outgoing {
  private current: Transport | undefined;
  /** Against what a tunnel is read: the page as it was when `init` ran. */
  private readonly base = baseAddress();
  private known = { given: '', href: '' };
  readonly line: Line;
  private readonly teller = new Teller(() => this.url());

  constructor(
    private readonly client: BrowserClient,
    private readonly lose: (reason: string, cargo: Cargo) => void,
  ) {
    this.line = new Line({
      go: (parcel) => this.go(parcel),
      lose,
      limited: (category) => this.isLimited(category),
      over: (parcel, answer, isGivenUp) => this.over(parcel, answer, isGivenUp),
    });
    watchPage();
    client.on('close', () => this.line.clear());
    // What integrations send elsewhere (js/otlp/) counts among our own requests: browsers know one budget of what may outlive a page.
    client.on('request', (bytes: number, request: GuestRequest, done: (answer: Answer) => void) => {
      const start = () =>
        begin(bytes, (mine) => request(mine, originalFetch()))
          .then(done)
          .finally(placeGiven);
      if (!ON_SERVER) start();
      else {
        // Wherever it goes, no span stands for it, and it has no headers.
        const scope = getCurrentScope().clone();
        scope.suppressed = scope.isOurs = true;
        runInScope(scope, start);
      }
    });
    this.useTransport();
  }

  /** Takes the `transport` option. */
  private useTransport(): void {
    const { client } = this;
    const transport = client.option('transport');
    if (typeof transport !== 'function') return;
    const recordDroppedEvent = client.recordDroppedEvent.bind(client);
    const made = attempt(() => {
      const { transportOptions, tunnel } = client.getOptions();
      return transport({ ...transportOptions, tunnel, url: this.url(), recordDroppedEvent });
    });
    if (attempt(() => typeof made?.send === 'function', false)) this.current = made;
    else complain(`transport was ignored: it answered ${shown(made)}, which has no send`);
  }

  /** Where envelopes go, as the browser resolves it; empty for nowhere. */
  url(): string {
    const { client } = this;
    const { parts, url } = client.dsn();
    if (!parts || !client.isOn()) return '';
    const given = client.text('tunnel') || url;
    if (this.known.given === given) return this.known.href;
    const href = attempt(() => new URL(given, this.base).href, '');
    if (href) this.known = { given, href };
    return href;
  }

  /** Why something of a category may not be sent now, in the words of client reports: in none where there is nowhere to send it. */
  refuses(category: string): string | undefined {
    if (!this.url()) return '';
    return this.isLimited(category) ? 'ratelimit_backoff' : undefined;
  }

  private isLimited(category: string): boolean {
    const known = limits.get(this.url());
    return Boolean(known && isLimited(known, category));
  }

  /** Sends an envelope that is not refused, as soon as it can be. */
  send(category: string, envelope: Envelope, cargo: Cargo, sent?: Sent): void {
    const { current } = this;
    const lines = current ? '' : printItems(envelope[1]);
    if (current || lines) {
      this.line.take({ category, envelope, lines, cargo, sent, born: elapsed(), failures: 0, unsure: false });
    } else this.lose('internal_sdk_error', cargo);
  }

  /** Sends an envelope now. */
  private async go(parcel: Parcel): Promise<Answer> {
    const { client, current } = this;
    const url = this.url();
    // The page has switched us off meanwhile.
    if (!url) return UNKNOWN;
    this.teller.watch();
    const body = current ? '' : bodyOf(parcel);
    const answer = await begin(current ? -1 : bytesOf(body), (mine) =>
      current
        ? handOver(current, parcel)
        : post(
            url,
            body,
            attempt(() => client.getOptions().transportOptions),
            mine,
            ...(ON_SERVER ? [cheaper(client.option('transportOptions'))] : []),
          ),
    );
    const [status, limited] = answer;
    this.teller.answered(status);
    if (limited) {
      if (limits.size > MAX_DESTINATIONS) limits.clear();
      limits.set(url, addLimits(limits.get(url) ?? '', status, text(limited), -1));
    }
    return answer;
  }

  /** What became of an envelope is counted, and told to whoever listens. */
  private over({ envelope, cargo, sent }: Parcel, [status]: Answer, isGivenUp: boolean): void {
    const { client } = this;
    if (status === -1) this.lose('network_error', cargo);
    if ((isGivenUp && status > 0) || status === 413 || status === 503) this.lose('send_error', cargo);
    if (status >= 0) client.emit('afterEnvelope', envelope);
    if (sent) client.emit('afterSendEvent', sent.event, status < 0 ? {} : { statusCode: status });
  }

  /**
   * Waits for a transport that keeps envelopes back, and until every envelope has been answered. False if some wait on because
   * the server does not take them now.
   */
  async flush(timeout: number | undefined): Promise<boolean> {
    const { current, line } = this;
    const flush = attempt(() => current?.flush?.(timeout));
    await Promise.resolve(flush).catch(() => {});
    // One may find out whether the server is back.
    line.drain(true);
    await new Promise<void>((resolve) => {
      const look = () => {
        if (!line.isStuck()) line.drain(true);
        if (isUnderWay()) return;
        stop();
        resolve();
      };
      const stop = onPlace(look);
      look();
    });
    return line.isEmpty();
  }

  /** Whether anybody sees envelopes as objects. */
  isSeen(): boolean {
    return Boolean(this.current) || ENVELOPE_HOOKS.some((hook) => this.client.listens(hook));
  }
}

/** Gives an envelope to the page's transport. */
async function handOver(transport: Transport, parcel: Parcel): Promise<Answer> {
  const sent = transport.send([headerNow(parcel), parcel.envelope[1]]) as
    | PromiseLike<TransportMakeRequestResponse | undefined>
    | undefined;
  if (!sent) return UNKNOWN;
  const { statusCode, headers } = (await sent) ?? {};
  const status = Math.max(0, Number(statusCode ?? 200) || 0);
  return [status, headers?.['x-sentry-rate-limits'], headers?.['retry-after']];
}
