// See fetch.d.ts.
import type { Call, Callbacks, Plan } from './fetch.js';

/** What the wrapper of `XMLHttpRequest` asks. */
export interface XhrCallbacks<P extends Plan> extends Callbacks<P, XMLHttpRequest> {
  began(plan: P, call: Call): void;
  failed(plan: P, call: Call): void;
  /** `at` is a time of the page's timeline, where the request did not end just now. */
  end(plan: P, call: Call, xhr: XMLHttpRequest, error: unknown, at?: number): void;
}

export function patchXhr<P extends Plan>(owner: object, callbacks: XhrCallbacks<P>): () => void;
export function settle(): void;
