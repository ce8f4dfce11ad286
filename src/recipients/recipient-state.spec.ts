import { describe, expect, it } from '@jest/globals';
import { canMove, statesBefore } from '../rules/state-machine.js';
import {
  COUNTER_OF,
  type Counter,
  COUNTERS,
  isSettled,
  RECIPIENT_MOVES,
  RECIPIENT_STATES,
  type RecipientState,
  SETTLED_STATES,
} from './recipient-state.js';

describe('the states of a recipient', () => {
  it.each<[string, RecipientState[]]>([
    ['the usual order', ['pending', 'queued', 'sending', 'sent', 'delivered', 'read', 'responded']],
    ['Meta skips a step', ['pending', 'queued', 'sending', 'sent', 'read']],
    ['held and released', ['queued', 'sending', 'held', 'sent']],
    ['held, dropped, and retried later', ['sending', 'held', 'failed', 'pending', 'queued']],
    ['refused and retried', ['sending', 'retry', 'queued', 'sending', 'failed']],
    ['refused after it was sent, and retried', ['sending', 'sent', 'retry', 'queued']],
    ['claimed, and handed back unsent when the campaign is paused', ['queued', 'sending', 'pending']],
    ['planned again', ['queued', 'pending', 'queued']],
    ['unsubscribed before its turn', ['pending', 'opted_out']],
    ['unsubscribed while it waits for a retry', ['retry', 'opted_out']],
    ['reported by Meta as opted out', ['sending', 'sent', 'opted_out']],
    ['not allowed when its turn comes', ['queued', 'skipped']],
    ['in doubt, then given up, then retried by hand', ['sending', 'failed', 'pending']],
    ['in doubt, retried by hand, then reported as delivered', ['failed', 'pending', 'delivered']],
  ])('allow: %s', (_, way) => {
    for (const [n, to] of way.entries()) {
      const from = way[n - 1];
      if (from !== undefined)
        expect([from, to, canMove(RECIPIENT_MOVES, from, to)]).toEqual([from, to, true]);
    }
  });

  it.each<[string, RecipientState, RecipientState]>([
    ['sending without a claim', 'pending', 'sending'],
    ['returning a claimed recipient to the queue: its message may have been sent', 'sending', 'queued'],
    ['sending a sent message again', 'sent', 'queued'],
    ['sending a delivered message again', 'delivered', 'pending'],
    ['failing after a delivery', 'delivered', 'failed'],
    ['moving back from read', 'read', 'delivered'],
    ['retrying after an opt-out', 'opted_out', 'pending'],
    ['sending to a skipped recipient', 'skipped', 'pending'],
    ['skipping a sent message', 'sent', 'skipped'],
  ])('forbid: %s', (_, from, to) => {
    expect(canMove(RECIPIENT_MOVES, from, to)).toBe(false);
  });

  it('lead into sending only from the queue', () => {
    expect(statesBefore(RECIPIENT_MOVES, 'sending')).toEqual(['queued']);
  });

  it('leave no state unreachable', () => {
    const reached = new Set<RecipientState>(['pending']);
    for (const state of reached) for (const next of RECIPIENT_MOVES[state]) reached.add(next);
    expect([...reached].sort()).toEqual([...RECIPIENT_STATES].sort());
  });
});

describe('the counters', () => {
  it.each<[Counter, RecipientState[]]>([
    ['pending', ['pending', 'queued', 'sending', 'held', 'retry']],
    ['sent', ['sent', 'delivered', 'read', 'responded']],
    ['failed', ['failed']],
    ['skipped', ['skipped']],
    ['opted_out', ['opted_out']],
  ])('%s counts %j', (counter, states) => {
    expect(RECIPIENT_STATES.filter((state) => COUNTER_OF[state] === counter)).toEqual(states);
  });

  it('count every state once', () => {
    expect([...new Set(Object.values(COUNTER_OF))].sort()).toEqual([...COUNTERS].sort());
    expect(Object.keys(COUNTER_OF).sort()).toEqual([...RECIPIENT_STATES].sort());
  });

  it('treat every recipient that is not pending as settled', () => {
    expect(SETTLED_STATES).toEqual([
      'sent',
      'delivered',
      'read',
      'responded',
      'failed',
      'skipped',
      'opted_out',
    ]);
    expect(isSettled('held')).toBe(false);
  });
});
