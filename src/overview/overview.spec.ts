import { describe, expect, it } from '@jest/globals';
import { needsOf } from './needs.js';
import { figuresOn, untilWhen, weekFrom } from './overview.js';

const at = (time: string): Date => new Date(`2025-01-15T${time}Z`);
const left = (more: object = {}) => ({
  left: 100,
  rate: 10,
  opensAt: at('10:00'),
  closesAt: at('21:00'),
  ...more,
});

describe('when the last message of today goes out', () => {
  it.each([
    ['nothing runs', [], null],
    ['nothing is left', [left({ left: 0 })], null],
    ['the rate decides', [left()], at('10:10')],
    ['a part of a minute counts as one', [left({ left: 101 })], at('10:11')],
    ['the slowest campaign decides', [left(), left({ rate: 1 })], at('11:40')],
    ['the window has not opened yet', [left({ opensAt: at('12:00') })], at('12:10')],
    ['the window closes first', [left({ left: 10_000 })], at('21:00')],
    ['the window never closes', [left({ left: 10_000, closesAt: null })], new Date('2025-01-16T02:40Z')],
  ])('%s', (_, campaigns, expected) => {
    expect(untilWhen(campaigns)).toEqual(expected);
  });
});

describe('days', () => {
  it('are there without messages too', () => {
    expect(figuresOn([], '2025-01-15')).toEqual({
      ...{ date: '2025-01-15', sent: 0, arrived: 0, read: 0, replied: 0, failed: 0 },
    });
    const week = weekFrom('2025-02-26', [{ date: '2025-03-01', planned: 5, campaigns: 1 }]);
    expect(week.map(({ date, planned }) => [date, planned])).toEqual([
      ...[
        ['2025-02-26', 0],
        ['2025-02-27', 0],
        ['2025-02-28', 0],
        ['2025-03-01', 5],
      ],
      ...[
        ['2025-03-02', 0],
        ['2025-03-03', 0],
        ['2025-03-04', 0],
      ],
    ]);
  });
});

describe('what waits for a person', () => {
  const one = { id: '1', name: 'Main', reason: null, since: at('09:00') };
  const sender = { ...one, status: 'active', isVerified: true, quality: 'GREEN' };

  it('comes with the worst first', () => {
    const needs = needsOf({
      senders: [
        { ...sender, quality: 'YELLOW' },
        { ...sender, quality: 'RED' },
        { ...sender, status: 'paused', reason: 'Meta blocks the account.' },
        { ...sender, isVerified: false },
      ],
      campaigns: [
        { ...one, name: 'Diwali', status: 'paused', reason: 'Meta rejected the template.' },
        { ...one, name: 'Holi', status: 'failed' },
      ],
      orders: { waiting: { count: 4, since: at('08:00') }, flagged: { count: 1, since: null }, most: 1_000 },
    });
    expect(needs.map(({ kind, severity, text }) => [kind, severity, text])).toEqual([
      ['sender_quality', 'error', 'The quality of the number "Main" is low.'],
      ['sender_paused', 'error', 'The number "Main" is paused: Meta blocks the account.'],
      ['sender_unverified', 'error', 'Meta has not confirmed the number "Main".'],
      ['campaign_failed', 'error', 'The campaign "Holi" has failed.'],
      ['sender_quality', 'warning', 'The quality of the number "Main" is medium.'],
      ['campaign_paused', 'warning', 'The campaign "Diwali" is paused: Meta rejected the template.'],
      ['orders_flagged', 'warning', '1 order has something to look at.'],
      ['orders_waiting', 'info', '4 orders wait to be confirmed.'],
    ]);
  });

  it('says nothing of orders to those who may not see them, and does not count without end', () => {
    expect(needsOf({ senders: [], campaigns: [], orders: null })).toEqual([]);
    const many = { waiting: { count: 1_000, since: null }, flagged: { count: 0, since: null }, most: 1_000 };
    expect(needsOf({ senders: [], campaigns: [], orders: many })[0]?.text).toContain('At least 1000 orders');
  });
});
