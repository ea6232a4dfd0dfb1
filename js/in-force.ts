// Whose options are in force: the core serves one client at a time. Here it is told the options of each; those of the
// first one mostly in a task of its own, see later.ts.

import { pageScope, scopeInForce } from './active.js';
import type { Client } from './client.js';
import { isDebugging } from './debug.js';
import { ask, canAsk } from './guard.js';
import { putOff } from './later.js';
import { optionsText } from './options-text.js';
import { arrive, onHidden } from './page-host.js';
import { tellAll } from './told.js';
import { useTransport } from './transport.js';

/** The client whose options are in force. */
export let applied: Client | undefined;

/** Whether what waits is sent when the page is hidden or left. */
let reports = false;

function report(): void {
  ask((core) => {
    core.flush_spans();
    core.report_losses();
  }, undefined);
}

/** A DSN about which the core has nothing to say. */
const PLAIN_DSN = /^https?:\/\/\w+@[\w.-]+(:\d+)?\/\d+$/;

/** Puts the options of a client in force. Answers whether that worked, or will as far as can be told now. */
export function apply(client: Client): boolean {
  if (applied === client) return true;
  if (!canAsk()) return false;
  tellAll();
  const given = optionsText(client.options, client.names);
  const { dsn, transport } = client.options;
  const tell = arrive();
  const isLater =
    // Not where it would be noticed: the page is told something, or asked, or is in another scope now.
    !isDebugging() &&
    !transport &&
    !applied &&
    (!dsn || PLAIN_DSN.test(String(dsn))) &&
    scopeInForce() === pageScope();
  let works = true;
  const start = () => {
    works = ask((core) => {
      core.init(...given);
      return true;
    }, false);
    if (!works) return;
    // In stream mode each span is asked about when it ends, so that each must be known.
    if (client.streams()) ask((core) => core.observe(1), undefined);
    tell();
    useTransport(client);
  };
  if (isLater) {
    putOff(() => ask(() => {}, undefined));
    putOff(() => {
      start();
      if (!works) fail(client);
    });
  } else {
    start();
    if (!works) return false;
  }
  applied = client;
  if (!reports) {
    reports = true;
    onHidden(report, report);
  }
  return true;
}

/** The core could not be started after all. */
function fail(client: Client): void {
  client.emit('close');
  applied = undefined;
  pageScope().setClient(undefined);
}
