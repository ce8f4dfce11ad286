import { describe, expect, it } from '@jest/globals';
import { readColumns } from './recipient-columns.js';

describe('the columns of a file', () => {
  it.each([
    ['phone'],
    ['Phone'],
    ['phone_number'],
    ['phoneNumber'],
    ['Phone Number*'],
    ['Mobile No.'],
    ['WhatsApp'],
    ['whatsapp-number'],
    [' MSISDN '],
  ])('recognize many names for the number: %s', (header) => {
    expect(readColumns(['first name', header])).toMatchObject({
      ok: true,
      columns: { phone: 1, name: null },
    });
  });

  it('become variables unless they hold the number or the name', () => {
    expect(readColumns(['1', 'Full Name', 'phone', ' discount code ', '', '2'])).toEqual({
      ok: true,
      hasHeader: true,
      columns: {
        phone: 2,
        name: 1,
        variables: [
          { column: 0, name: '1' },
          { column: 3, name: 'discount code' },
          { column: 5, name: '2' },
        ],
        width: 6,
      },
    });
  });

  it.each([['+919978783238'], ['919978783238'], ['0091 99787 83238'], ['9978783238'], ['(469) 465-2751']])(
    'need no header in a plain list that begins with %s',
    (number) => {
      expect(readColumns([number])).toMatchObject({ ok: true, hasHeader: false, columns: { phone: 0 } });
      expect(readColumns([number, '', ''])).toMatchObject({ ok: true, hasHeader: false });
    },
  );

  it.each([
    [
      'a header without the number',
      ['name', 'city'],
      'no column with the phone number. Its columns are "name", "city"',
    ],
    [
      'two columns for the number',
      ['phone', 'Mobile'],
      'the columns "phone" and "Mobile", which mean the same',
    ],
    [
      'two columns for the name',
      ['phone', 'name', 'Full name'],
      '"name" and "Full name", which mean the same',
    ],
    ['two variables with one name', ['phone', 'code', 'code '], 'two columns with the name "code"'],
    ['a list of several columns without a header', ['+919978783238', 'Asha'], 'has more than one column'],
    ['a very long name', ['phone', 'x'.repeat(101)], 'longer than 100 characters'],
    ['too many variables', ['phone', ...Array.from({ length: 101 }, (_, i) => `v${i}`)], 'more than 100'],
    ['nothing', [''], 'no column with the phone number'],
  ])('are rejected: %s', (_, cells, reason) => {
    expect(readColumns(cells)).toEqual({ ok: false, reason: expect.stringContaining(reason) });
  });
});
