// What all spans of a page or a process come from.

import { version } from 'throughline:package';
import { attempt } from '../values/attempt.js';
import { anyValue, entries } from './attributes.js';
import type { KeyValue } from './payload.js';

/** What the browser says about itself without being asked twice; Chromium alone does. */
interface UserAgentData {
  brands?: { brand: string; version: string }[];
  mobile?: boolean;
  platform?: string;
}

/** Node's `process`, as far as it is read here. */
export interface Process {
  versions?: { node?: string };
  pid?: number;
  on?(event: string, listener: () => void): void;
}

/** The process, on Node. In the DOMs of tests there is one as well. */
export function processOfNode(): Process | undefined {
  return attempt(() => {
    const { process } = globalThis as { process?: Process };
    return typeof process?.versions?.node === 'string' && typeof document === 'undefined'
      ? process
      : undefined;
  });
}

/** What is said about the service by options. */
export interface Service {
  serviceName?: unknown;
  resource?: unknown;
}

/**
 * The attributes of the resource. `service.name` is what the option says, else the name in a release `name@version`, else what
 * OpenTelemetry calls services without a name.
 */
export function resourceOf(
  release: string,
  environment: string,
  { serviceName, resource }: Service,
): KeyValue[] {
  const at = release.lastIndexOf('@');
  const node = processOfNode();
  const name = (typeof serviceName === 'string' && serviceName) || (at > 0 && release.slice(0, at));
  const attributes: Record<string, unknown> = {
    'service.name': name || `unknown_service:${node ? 'node' : 'browser'}`,
    'service.version': release.slice(at + 1),
    'deployment.environment.name': environment,
    'telemetry.sdk.name': 'throughline',
    'telemetry.sdk.language': node ? 'nodejs' : 'webjs',
    'telemetry.sdk.version': version,
    ...(node
      ? {
          'process.pid': node.pid,
          'process.runtime.name': 'nodejs',
          'process.runtime.version': node.versions?.node,
        }
      : attempt(browser, {})),
    ...Object.fromEntries(entries(resource)),
  };
  return Object.entries(attributes)
    .filter(([, value]) => value !== undefined && value !== null && value !== '')
    .map(([key, value]) => ({ key, value: anyValue(value) }));
}

function browser(): Record<string, unknown> {
  const { userAgent, language, userAgentData } = navigator as Navigator & { userAgentData?: UserAgentData };
  const { brands, mobile, platform } = userAgentData ?? {};
  return {
    'browser.brands': brands?.map(({ brand, version }) => `${brand} ${version}`),
    'browser.mobile': mobile,
    'browser.platform': platform,
    'browser.language': language,
    'user_agent.original': userAgent,
  };
}
