'use client';

import { useEffect, useState } from 'react';
import { continueTrace, startSpan } from 'throughline';

export default function Page() {
  const [state, setState] = useState('');

  const order = () =>
    startSpan({ name: 'order', op: 'ui.action' }, async () => {
      const response = await fetch('/api/orders', { method: 'POST' });
      setState((await response.json()).state);
    });

  useEffect(() => {
    addEventListener('message', ({ data }) =>
      continueTrace(data, () => startSpan({ name: 'message', op: 'message' }, () => {})),
    );
  }, []);

  return (
    <>
      <button type="button" onClick={order}>
        Order
      </button>
      <output>{state}</output>
    </>
  );
}
