import { expect, it } from '@jest/globals';
import { causeIn } from './explain-details.js';

it.each([
  ['Products not found in FB Catalog: MUG', /not in the catalog/],
  ['Please check the commerce settings of this phone number', /switched off/],
  ['Catalog is not enabled for this number', /switched off/],
  ['header is not allowed for catalog_message messages', /header/],
  ['between 2 and 10 cards are allowed', /outside what Meta allows/],
])('131009 with "%s" has its own cause', (details, cause) => {
  expect(causeIn(131_009, details)).toMatch(cause);
});

it.each([
  [131_009, 'Something else'],
  [131_009, null],
  [100, 'Products not found'],
  [null, 'Products not found'],
])('%s with "%s" has none that is known', (code, details) => {
  expect(causeIn(code, details)).toBeUndefined();
});
