import { describe, expect, it } from '@jest/globals';
import { pastedPeople } from './pasted-numbers.ts';

describe('pasted numbers', () => {
  it('are read in any spelling, with the name beside them', () => {
    const text = 'Ravi Kumar, +91 99787 83238\n\n(0)98250-11223\r\nMeera <+49 (152) 1000-0001>';
    expect(pastedPeople(text)).toEqual([
      { phoneNumber: '+91 99787 83238', name: 'Ravi Kumar', line: 1 },
      { phoneNumber: '(0)98250-11223', line: 3 },
      { phoneNumber: '+49 (152) 1000-0001', name: 'Meera', line: 4 },
    ]);
  });

  it('may stand several on a line', () => {
    const numbers = (text: string): string[] => pastedPeople(text).map(({ phoneNumber }) => phoneNumber);
    expect(numbers('+919978783238, +919825011223;+4915210000001')).toHaveLength(3);
    expect(numbers('+919978783238 +919825011223')).toEqual(['+919978783238', '+919825011223']);
    expect(numbers('9978783238 9825011223')).toEqual(['9978783238', '9825011223']);
    expect(numbers('9978783238\t9825011223')).toEqual(['9978783238', '9825011223']);
  });

  it('keep what is not a number, so that the answer can say so', () => {
    expect(pastedPeople('nobody')).toEqual([{ phoneNumber: 'nobody', line: 1 }]);
    expect(pastedPeople('  \n ')).toEqual([]);
  });

  it('are 100,000 in a moment', () => {
    const lines = Array.from({ length: 100_000 }, (_, index) => `+4915${210_000_000 + index}`);
    expect(pastedPeople(lines.join('\n'))).toHaveLength(100_000);
  });
});
