/** @jest-environment node */
import { jest } from '@jest/globals';
import cases from './cases.cjs';

test('the package does no harm', async () => {
  const said = ['debug', 'log', 'warn', 'error'].map((name) => jest.spyOn(console, name));
  const before = cases.look();
  const T = await import('throughline');
  expect(cases.look()).toEqual(before);
  expect(await cases.use(T)).toEqual({ isOn: false, answer: 'ordered', thrown: 'its own', hasData: false });
  for (const spy of said) expect(spy).not.toHaveBeenCalled();
});
