import { expect, it } from '@jest/globals';
import { readOptions, writeOptions } from './variant-options.ts';

it.each([
  ['Size: L', { Size: 'L' }],
  [' Size : L \n\nTime: 09:30', { Size: 'L', Time: '09:30' }],
  ['', {}],
  ['Size', undefined],
  [': L', undefined],
  ['Size:', undefined],
])('%j is %j', (text, options) => {
  expect(readOptions(text)).toEqual(options);
});

it('reads back what it wrote', () => {
  const options = { Size: 'L', Colour: 'red' };
  expect(readOptions(writeOptions(options))).toEqual(options);
});
