// What the developer hears, with `debug: true`, about envelopes on their way: each kind of answer once.

import { attempt } from '../values/attempt.js';
import { complain, isDebugging } from '../values/debug.js';

/** What a refusal means, by its status. */
const REASONS: Record<number, string> = {
  400: 'the dsn or the envelope is malformed',
  401: 'the key in the dsn is not known there',
  403: 'the key or the origin of this page is not allowed there',
  404: 'nothing takes envelopes there',
  413: 'the envelope is too large',
};

/** Tells the developer about answers, and about a policy of the page that keeps envelopes from leaving. */
export class Teller {
  private readonly said = new Set<number>();
  private listens = false;

  constructor(private readonly url: () => string) {}

  /** Before the first envelope leaves. */
  watch(): void {
    if (this.listens || !isDebugging()) return;
    this.listens = true;
    attempt(() =>
      // Of a worker its global object hears, and of a document its window too.
      (globalThis as unknown as Document).addEventListener(
        'securitypolicyviolation',
        ({ effectiveDirective, blockedURI }) => {
          const { origin } = new URL(this.url());
          if (effectiveDirective === 'connect-src' && new URL(blockedURI).origin === origin) {
            this.once(0, `the policy of the page keeps envelopes back: add to it "connect-src ${origin}"`);
          }
        },
      ),
    );
  }

  /** Somebody answered; -1: nobody. */
  answered(status: number): void {
    const isTaken = status >= 200 && status < 300;
    const url = this.url();
    if (isTaken) this.once(200, `the first envelope was accepted by ${url}`);
    else if (status === -1) this.once(-1, `${url} does not answer; envelopes wait and are sent again`);
    else if (status > 0) {
      this.once(status, `${url} answered ${status} to an envelope: ${REASONS[status] ?? 'it was not taken'}`);
    }
  }

  private once(kind: number, sentence: string): void {
    if (!this.said.has(kind)) complain(sentence);
    this.said.add(kind);
  }
}
