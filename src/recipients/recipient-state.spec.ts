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

describe('the ways of a recipient', () => {
  it.each<[string, RecipientState[]]>([
    ['the usual one', ['pending', 'queued', 'sending', 'sent', 'delivered', 'read', 'responded']],
    ['Meta skips a step', ['pending', 'queued', 'sending', 'sent', 'read']],
    ['held and released', ['queued', 'sending', 'held', 'sent']],
    ['held, dropped, and tried again later', ['sending', 'held', 'failed', 'pending', 'queued']],
    ['refused and tried again', ['sending', 'retry', 'queued', 'sending', 'failed']],
    ['refused after it was sent, and tried again', ['sending', 'sent', 'retry', 'queued']],
    ['claimed, and handed back unsent when the campaign is paused', ['queued', 'sending', 'pending']],
    ['planned anew', ['queued', 'pending', 'queued']],
    ['unsubscribed before its turn', ['pending', 'opted_out']],
    ['unsubscribed while it waits to be tried again', ['retry', 'opted_out']],
    ['told by Meta that the person opted out', ['sending', 'sent', 'opted_out']],
    ['not allowed when its turn came', ['queued', 'skipped']],
    ['in doubt, then given up, then tried by hand', ['sending', 'failed', 'pending']],
    ['in doubt, tried by hand, then found to have arrived', ['failed', 'pending', 'delivered']],
  ])('%s', (_, way) => {
    for (const [n, to] of way.entries()) {
      const from = way[n - 1];
      if (from !== undefined)
        expect([from, to, canMove(RECIPIENT_MOVES, from, to)]).toEqual([from, to, true]);
    }
  });

  it.each<[string, RecipientState, RecipientState]>([
    ['nobody is sent to without being claimed', 'pending', 'sending'],
    ['what is out is not taken back into the queue: it may have gone', 'sending', 'queued'],
    ['what was sent is never sent again', 'sent', 'queued'],
    ['nor what was delivered', 'delivered', 'pending'],
    ['a delivery is never a failure', 'delivered', 'failed'],
    ['read does not go back', 'read', 'delivered'],
    ['whoever opted out is not tried again', 'opted_out', 'pending'],
    ['whoever was skipped stays skipped', 'skipped', 'pending'],
    ['sent does not become skipped', 'sent', 'skipped'],
  ])('%s', (_, from, to) => {
    expect(canMove(RECIPIENT_MOVES, from, to)).toBe(false);
  });

  it('lead into sending from the queue alone', () => {
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

  it('call everybody settled who is not pending', () => {
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
