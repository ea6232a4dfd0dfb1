// `initCore`: the core for a bundle that has none inside (`throughline/slim`), from wherever the page has it.

import { deliver } from '../core/delivered.js';
import { brings, isWaiting } from '../core/waiting.js';
import { originalFetch } from '../send/post.js';
import { attempt } from '../values/attempt.js';
import { complain, shown, warn } from '../values/debug.js';
import { baseAddress, isBrowser } from '../values/place.js';

/** Where the core is: its address, a request or its answer, its bytes, or a module that was compiled already. */
export type CoreSource = string | URL | Request | Response | BufferSource | WebAssembly.Module;

/** As what WebAssembly is served. */
const MIME = 'application/wasm';

/** What stands for something that is served, beside a text. */
const SERVED = ['URL', 'Request', 'Response'];

/** What a policy is called in the errors of the engines. */
const POLICY = /policy|csp|unsafe-eval/i;

/** What was found out on the way, for the sentence on what went wrong. */
interface Way {
  place: string;
  type: string;
}

/**
 * Brings the core, before or after `init`. Until it is there, spans are kept, and requests carry the trace to the page's own
 * origin or, if `tracePropagationTargets` is set, to where a `RegExp` among them matches. It may be called again, also after a
 * failure, which the console names in one sentence; the first core that comes counts.
 *
 * @param source where `throughline/core.wasm` is: its address, a `Request`, a `Response`, the bytes, a `WebAssembly.Module`, or a
 *   promise of one of them
 * @returns whether the core is there; never rejected
 * @example
 * initCore(new URL('throughline/core.wasm', import.meta.url));
 */
export function initCore(source: CoreSource | PromiseLike<CoreSource>): Promise<boolean> {
  const core = bring(source);
  brings(core);
  return core;
}

async function bring(source: CoreSource | PromiseLike<CoreSource>): Promise<boolean> {
  const way: Way = { place: 'what initCore was given', type: '' };
  try {
    const given = await source;
    // On a server nobody needs it.
    if (isBrowser() && isWaiting()) deliver(await moduleOf(given, way));
  } catch (error) {
    if (isBrowser() && isWaiting())
      warn(`tracing waits for its core, and initCore may be called again: ${reason(error, way)}`);
  }
  return !isWaiting();
}

/** What kind of object it is, of this realm or of another. */
function kindOf(value: unknown): string {
  return Object.prototype.toString.call(value).slice(8, -1);
}

async function moduleOf(source: CoreSource, way: Way): Promise<WebAssembly.Module> {
  const kind = kindOf(source);
  if (kind === 'WebAssembly.Module') return source as WebAssembly.Module;
  if (kind === 'ArrayBuffer' || ArrayBuffer.isView(source))
    return WebAssembly.compile(source as BufferSource);
  if (typeof source !== 'string' && !SERVED.includes(kind))
    throw new TypeError(`is ${shown(source)}, which is no address, and no core`);
  const response =
    kind === 'Response' ? (source as Response) : await request(source as string | Request, way);
  way.place = response.url || way.place;
  if (!response.ok) throw new Error(`answered ${response.status || 'what may not be read'}`);
  way.type = attempt(() => response.headers.get('content-type')) || 'no type';
  // Compiled while it arrives, which browsers do only with what says that it is WebAssembly, and no more.
  if (way.type.toLowerCase() === MIME) return WebAssembly.compileStreaming(response);
  const module = await WebAssembly.compile(await response.arrayBuffer());
  complain(
    `${way.place} would be compiled while it arrives if it were served as ${MIME}, not as ${way.type}`,
  );
  return module;
}

/** By the page's own `fetch`, as it was before anybody wrapped it: it is none of the page's requests. */
async function request(source: string | URL | Request, way: Way): Promise<Response> {
  if (kindOf(source) !== 'Request')
    way.place = attempt(() => new URL(source as string, baseAddress()).href, shown(source));
  try {
    return await Reflect.apply(originalFetch(), globalThis, [source]);
  } catch (error) {
    throw new Error(
      `could not be fetched (does the connect-src of the page's policy allow it, and its server this origin?): ${shown(error)}`,
    );
  }
}

function reason(error: unknown, { place, type }: Way): string {
  const said = attempt(() => String((error as Error).message), '');
  if (typeof WebAssembly !== 'object') return 'there is no WebAssembly here; use the entry throughline/js';
  if (POLICY.test(said) && !said.startsWith('could not')) {
    return `the policy of the page forbids WebAssembly; add 'wasm-unsafe-eval' to its script-src, or use the entry throughline/js`;
  }
  if (type && !type.startsWith(MIME)) {
    return `${place} is no WebAssembly but ${type}: is dist/core.wasm served there?`;
  }
  return `${place} ${said}`;
}
