import { describe, expect, it } from '@jest/globals';
import { maskFields, maskPhone, maskText } from './mask.js';

describe('maskText', () => {
  it.each([
    ['sent to +919978783238', 'sent to +919*******38'],
    ['sent to 14694652751.', 'sent to 146******51.'],
    ['/customers?search=%2B14694652751', '/customers?search=%2B146******51'],
    ['Authorization: Bearer EAAG-abc', 'Authorization: Bearer [masked]'],
    ['GET /x?access_token=EAAG&a=1', 'GET /x?access_token=[masked]&a=1'],
    ['0190c1de-1111-7222-8333-123456789012', '0190c1de-1111-7222-8333-123456789012'],
    ['took 12 ms', 'took 12 ms'],
  ])('%s', (text, masked) => {
    expect(maskText(text)).toBe(masked);
  });
});

describe('maskFields', () => {
  it('hides secrets, bodies and phone numbers at any depth', () => {
    const masked = JSON.stringify(
      maskFields({
        requestId: 'r-1',
        phoneNumber: '+919978783238',
        headers: { authorization: 'Bearer x', 'x-api-key': 'dbk_1' },
        message: { text: { body: 'my PIN is 1234' }, to: '14694652751' },
        sender: { accessToken: 'EAAG', appSecret: 's' },
      }),
    );
    expect(masked).toContain('r-1');
    for (const secret of ['9978783238', 'Bearer x', 'dbk_1', 'PIN', '14694652751', 'EAAG', '"s"']) {
      expect(masked).not.toContain(secret);
    }
  });

  it('survives a structure that is too deep', () => {
    const circle: Record<string, unknown> = {};
    circle['self'] = circle;
    expect(JSON.stringify(maskFields(circle))).toContain('[deep]');
  });
});

it.each(['', '1', '+123', '12345'])('maskPhone never shows a number as short as "%s"', (number) => {
  expect(maskPhone(number)).not.toMatch(/\d/);
});
