import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { canonicalNumber, fromWaId, waIdVariants } from './number-variants.js';

describe('waIdVariants', () => {
  it.each([
    ['a Brazilian mobile', '+5511987654321', ['+5511987654321', '+551187654321']],
    ['the same without its ninth digit', '+551187654321', ['+551187654321', '+5511987654321']],
    ['a Brazilian landline', '+551132654321', ['+551132654321']],
    ['a Mexican', '+525512345678', ['+525512345678', '+5215512345678']],
    ['the same with the old 1', '+5215512345678', ['+5215512345678', '+525512345678']],
    ['an Argentine mobile', '+5491123456789', ['+5491123456789', '+541123456789']],
    ['the same without its 9', '+541123456789', ['+541123456789', '+5491123456789']],
    ['anybody else', '+919978783238', ['+919978783238']],
  ])('%s', (_, number, variants) => {
    expect(waIdVariants(number)).toEqual(variants);
  });
});

describe('fromWaId', () => {
  it.each([
    ['551187654321', '+5511987654321'],
    ['5511987654321', '+5511987654321'],
    ['551132654321', '+551132654321'],
    ['5215512345678', '+525512345678'],
    ['5491123456789', '+5491123456789'],
    ['14694652751', '+14694652751'],
    ['US.13491208655302741918', null],
    ['+14694652751', null],
    ['0123456789', null],
    ['', null],
  ])('%s is %p', (waId, number) => {
    expect(fromWaId(waId)).toBe(number);
  });
});

describe('one person', () => {
  const local = (length: number) => fc.stringMatching(new RegExp(`^[1-9]\\d{${length - 1}}$`));
  const numbers = fc
    .tuple(fc.constantFrom('+55', '+52', '+521', '+54', '+549', '+91', '+1'), fc.oneof(local(10), local(11)))
    .map(([code, digits]) => code + digits);

  it('has one canonical number, and its wa_id always leads to one of its spellings', () => {
    fc.assert(
      fc.property(numbers, (number) => {
        const canonical = canonicalNumber(number);
        expect(canonicalNumber(canonical)).toBe(canonical);
        expect(waIdVariants(number)).toContain(canonical);
        for (const variant of waIdVariants(canonical)) {
          expect([...waIdVariants(variant)].sort()).toEqual([...waIdVariants(canonical)].sort());
          expect(waIdVariants(canonical)).toContain(fromWaId(variant.slice(1)));
        }
      }),
    );
  });
});
