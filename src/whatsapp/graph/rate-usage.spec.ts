import { describe, expect, it } from '@jest/globals';
import { parseRateUsage } from './rate-usage.js';

describe('parseRateUsage', () => {
  it('reads both headers and finds the fullest budget', () => {
    const usage = parseRateUsage({
      'x-app-usage': '{"call_count":28,"total_cputime":5,"total_time":9}',
      'x-business-use-case-usage':
        '{"102":[{"type":"whatsapp_business_management","call_count":1,"total_cputime":83,"total_time":2,"estimated_time_to_regain_access":12}]}',
    });
    expect(usage).toEqual({
      highestPercent: 83,
      budgets: [
        {
          businessId: null,
          type: 'app',
          callCount: 28,
          totalCpuTime: 5,
          totalTime: 9,
          minutesToRegainAccess: 0,
        },
        {
          businessId: '102',
          type: 'whatsapp_business_management',
          callCount: 1,
          totalCpuTime: 83,
          totalTime: 2,
          minutesToRegainAccess: 12,
        },
      ],
    });
  });

  it.each([
    [{}],
    [{ 'x-app-usage': 'nonsense' }],
    [{ 'x-app-usage': ['a', 'b'] }],
    [{ 'x-business-use-case-usage': '[]' }],
  ])('takes %j for no news', (headers) => {
    expect(parseRateUsage(headers)).toBeNull();
  });
});
