import { describe, expect, it } from '@jest/globals';
import { NOTHING, sayingsOf, scopesOf } from './scopes.ts';

describe('what a key may do', () => {
  it('becomes scopes, an area with both as a whole', () => {
    const levels = {
      ...NOTHING,
      campaigns: 'read',
      orders: 'write',
      events: 'write',
      admin: 'write',
    } as const;
    expect(scopesOf(levels)).toEqual(['campaigns:read', 'orders:*', 'events:write', 'admin']);
    expect(scopesOf(NOTHING)).toEqual([]);
  });

  it('is said area by area', () => {
    expect(sayingsOf(['orders:read', 'orders:write', 'campaigns:read', 'customers:write', 'admin'])).toEqual({
      known: [
        { area: 'campaigns', kind: 'read' },
        { area: 'customers', kind: 'write' },
        { area: 'orders', kind: 'all' },
        { area: 'admin', kind: 'all' },
      ],
      unknown: [],
    });
    expect(sayingsOf(['*', 'orders:read'])).toBe('everything');
  });

  it('never hides a scope of a later version', () => {
    expect(sayingsOf(['rockets:launch'])).toEqual({ known: [], unknown: ['rockets:launch'] });
  });
});
