import { describe, expect, it } from '@jest/globals';
import { errorsOfFields } from './errors-of-fields.ts';

describe('what the API said of a form', () => {
  it('stands at the control, also for an entry of a list', () => {
    const errors = [
      { field: 'url', message: 'url must use https' },
      { field: 'kinds.1', message: 'kinds.1 is not a kind of event' },
    ];
    expect(errorsOfFields(errors, ['url', 'kinds'])).toEqual({
      atFields: { url: 'Must use https.', kinds: 'Is not a kind of event.' },
      rest: [],
    });
  });

  it('is not lost where the form has no such control', () => {
    const { atFields, rest } = errorsOfFields([{ field: 'kindsOf', message: 'is wrong' }], ['kinds']);
    expect(atFields).toEqual({});
    expect(rest).toEqual(['kindsOf: is wrong']);
  });
});
