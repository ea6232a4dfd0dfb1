// The shop: takes an order when its form is complete, and shows what became of it.

import { run } from './examples/shop.js';
import { currentOrder, setBusy, showFailure, showResult } from './order-form.js';
import { openTracePanel } from './trace-panel.js';
import { startTracing } from './tracing.js';

startTracing();
openTracePanel();

document.getElementById('buy').addEventListener('click', async (event) => {
  event.preventDefault();
  const order = currentOrder();
  if (!order) return;
  setBusy(true);
  try {
    const { status, answer } = await run(order);
    showResult(status, answer);
  } catch {
    showFailure();
  } finally {
    setBusy(false);
  }
});
