import { describe, expect, it } from '@jest/globals';
import { consentOf } from './list-consent.ts';

const now = Date.parse('2025-01-14T20:00:00Z');
const whole = { hasAgreed: true, source: ' Fair ', day: '2024-12-01', text: '' };

describe('the agreement of a list', () => {
  it('needs the box, a place and a day', () => {
    const nothing = { hasAgreed: false, source: ' ', day: '', text: '' };
    expect(consentOf(nothing, '2025-01-15', now)).toEqual({
      problems: { hasAgreed: 'consentMissing', source: 'sourceMissing', day: 'atMissing' },
      options: undefined,
    });
    expect(consentOf({ ...whole, day: '2025-01-16' }, '2025-01-15', now).problems).toEqual({
      day: 'atFuture',
    });
  });

  it('goes with the import', () => {
    expect(consentOf({ ...whole, text: 'Yes, please' }, '2025-01-15', now).options).toEqual({
      consentSource: 'Fair',
      consentAt: '2024-12-01T00:00:00.000Z',
      consentText: 'Yes, please',
    });
  });

  it('is never in the future, where today has begun before it has in UTC', () => {
    expect(consentOf({ ...whole, day: '2025-01-15' }, '2025-01-15', now).options?.['consentAt']).toBe(
      '2025-01-14T20:00:00.000Z',
    );
  });
});
