// @vitest-environment happy-dom
import { expect, test, vi } from 'vitest';
import { look, use } from './cases.cjs';

test('the package does no harm', async () => {
  const said = ['debug', 'log', 'warn', 'error'].map((name) => vi.spyOn(console, name));
  const before = look();
  const T = await import('throughline');
  expect(look()).toEqual(before);
  expect(await use(T)).toEqual({ isOn: true, answer: 'ordered', thrown: 'its own', hasData: true });
  for (const spy of said) expect(spy).not.toHaveBeenCalled();
});
