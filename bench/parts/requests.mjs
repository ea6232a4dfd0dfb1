// (d) What a `fetch` costs above the bare one; the network answers at once.

const MANY = { count: 200, perRoot: 20 };
const OURS = '/api/orders?page=2';
const THEIRS = 'http://elsewhere.invalid/orders?page=2';

export const requests = {
  title: 'Requests',
  rows: {
    traced: {
      title: '`fetch` inside a span, with headers',
      unit: 'µs',
      less: true,
      chart: 'traced fetch',
      mark: 0.3,
    },
    tracedCall: { title: '… of which the page’s code waits', unit: 'µs', less: true },
    unmatched: { title: '`fetch` inside a span, to a URL that gets no headers', unit: 'µs', less: true },
    alone: { title: '`fetch` without an active span, with headers', unit: 'µs', less: true },
    aloneUnmatched: {
      title: '`fetch` without an active span, to a URL that gets no headers',
      unit: 'µs',
      less: true,
      chart: 'fetch without headers',
      mark: 0.1,
    },
    unsampled: { title: '`fetch` inside a span that is not sampled', unit: 'µs', less: true },
  },
  async measure(laboratory, name) {
    const each = async (page, options) => {
      const { call, whole } = await page.whole('requests', { ...MANY, ...options });
      return [whole / MANY.count, call];
    };
    const sampled = await laboratory.with(name, {}, async (page) => {
      await page.run('requests', { ...MANY, url: OURS });
      const [traced, tracedCall] = await each(page, { url: OURS });
      const [unmatched] = await each(page, { url: THEIRS });
      const [alone] = await each(page, { url: OURS, alone: true });
      const [aloneUnmatched] = await each(page, { url: THEIRS, alone: true });
      return { traced, tracedCall, unmatched, alone, aloneUnmatched };
    });
    const unsampled = await laboratory.with(name, { rate: 0 }, async (page) => {
      await page.run('requests', { ...MANY, url: OURS });
      return (await each(page, { url: OURS }))[0];
    });
    return { ...sampled, unsampled };
  },
};
