// What tests of applications do to the package, in whatever they run: none of it may fail, or be seen.
const OPTIONS = { dsn: 'http://public@localhost:1/1', tunnel: '/tunnel', tracesSampleRate: 1 };

/** Calls what an application calls; answers with what came of it. */
exports.use = async (T) => {
  const client = T.init({ ...OPTIONS, integrations: [T.browserTracingIntegration()] });
  const answer = await T.startSpan({ name: 'order', op: 'ui.action' }, async (span) => {
    span.setAttribute('items', 2);
    await Promise.resolve();
    return 'ordered';
  });
  let thrown;
  try {
    T.startSpan({ name: 'fails' }, () => {
      throw new Error('its own');
    });
  } catch (error) {
    thrown = error.message;
  }
  const data = T.getTraceData();
  await T.close();
  return { isOn: client !== undefined, answer, thrown, hasData: 'sentry-trace' in data };
};

/** What a runner or its page may notice of an import: globals, and what is wrapped. */
exports.look = () => ({
  names: Object.getOwnPropertyNames(globalThis).sort().join(),
  fetch: globalThis.fetch,
  send: globalThis.XMLHttpRequest?.prototype.send,
  pushState: globalThis.history?.pushState,
});
