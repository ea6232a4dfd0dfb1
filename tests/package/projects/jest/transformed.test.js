/** @jest-environment jsdom */
import * as T from 'throughline';
import { use } from './cases.cjs';

test('the package does no harm to what Babel has made of a module', async () => {
  expect(await use(T)).toEqual({ isOn: false, answer: 'ordered', thrown: 'its own', hasData: false });
});
