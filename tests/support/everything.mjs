// A short program of an application that names everything in the package. It stands alone, so that it can run as a text in any realm.

/**
 * Calls every export as applications do, and badly; before `init` and after it, with all integrations and without any.
 *
 * @param {object} T the package
 * @param {object} [options] of `init`
 * @returns {Promise<{ thrown: string[], calls: number, answer: unknown, isOn: boolean }>} what was thrown, how many calls there
 *   were, what a callback answered, and whether there was a client
 */
export async function callEverything(T, options = {}) {
  const thrown = [];
  let calls = 0;
  const attempt = async (name, call) => {
    calls += 1;
    try {
      const answer = call();
      if (answer && typeof answer.then === 'function') await answer;
      return answer;
    } catch (error) {
      thrown.push(`${name}: ${error?.stack ?? error}`);
      return undefined;
    }
  };
  const names = Object.keys(T).filter((name) => typeof T[name] === 'function');
  const callAll = async () => {
    const span = await attempt('startInactiveSpan', () => T.startInactiveSpan({ name: 'span' }));
    for (const name of names) {
      if (/^(init|close)$/.test(name)) continue;
      const isClass = name === 'Scope';
      const client = T.getClient();
      const trace = {
        sentryTrace: '771a43a4192642f0b136d5159a501700-b0e6f15b45c36b12-1',
        baggage: 'sentry-sample_rate=1',
      };
      for (const given of [
        [],
        [{ name: 'työ', attributes: { a: 1 } }, () => 'answer'],
        [() => 'answer'],
        ['/name', 'value'],
        [trace, () => 'answer'],
        [client, { name: '/route' }],
        [span, 'ok'],
        [span, () => 'answer'],
      ]) {
        await attempt(name, () => (isClass ? new T[name](...given) : T[name](...given)));
      }
    }
    await attempt('span', () => span.setAttributes({ a: 1 }).updateName('b').end());
  };
  await callAll();
  const integrations = names.filter((name) => name.endsWith('Integration')).map((name) => () => T[name]());
  const made = [];
  for (const make of integrations) made.push(await attempt('integration', make));
  const client = await attempt('init', () => T.init({ tracesSampleRate: 1, integrations: made, ...options }));
  await callAll();
  const answer = await attempt('startSpan', () =>
    T.startSpan({ name: 'root' }, () => T.startSpan({ name: 'child' }, () => 'ran')),
  );
  await attempt('close', () => T.close(10));
  await callAll();
  return { thrown, calls, answer, isOn: Boolean(client) };
}
