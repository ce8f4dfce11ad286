import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { uuidV7 } from './uuid-v7.ts';

const FORM = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

it('has the form of version 7, whatever chance brings', () => {
  const random = fc.uint8Array({ minLength: 10, maxLength: 10 });
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 47 }), random, (at, bytes) => FORM.test(uuidV7(at, bytes))),
  );
});

it('stands in order of time', () => {
  expect(uuidV7(1_736_935_200_000) < uuidV7(1_736_935_200_001)).toBe(true);
  expect(uuidV7(1_736_935_200_000)).toMatch(/^01946967-d500-7/);
});
