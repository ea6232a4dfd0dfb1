/** @jest-environment node */
const { look, use } = require('./cases.cjs');

test('the package does no harm', async () => {
  const said = ['debug', 'log', 'warn', 'error'].map((name) => jest.spyOn(console, name));
  const before = look();
  const T = require('throughline');
  expect(look()).toEqual(before);
  expect(await use(T)).toEqual({ isOn: false, answer: 'ordered', thrown: 'its own', hasData: false });
  for (const spy of said) expect(spy).not.toHaveBeenCalled();
});
