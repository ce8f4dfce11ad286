import { expect, it } from '@jest/globals';
import { decide, type Situation } from './decide.js';

const usual: Situation = {
  ...{
    isPaused: false,
    isLate: false,
    isAhead: false,
    isBehind: false,
    isLatest: true,
    missed: 'skip',
    overlap: 'skip',
  },
  ...{ earlier: null, endsToday: false, hasQueued: false },
};
const running = { earlier: '2027-01-31' };
const caughtUp = { ...running, isBehind: true, endsToday: true };

it.each<[string, Partial<Situation>, string]>([
  ['usually', {}, 'make'],
  ['paused', { isPaused: true }, 'skipped: series paused'],
  ['paused and late', { isPaused: true, isLate: true }, 'skipped: series paused'],
  ['late, none', { isLate: true }, 'missed: no worker ran at its time'],
  ['late, the last, and it is', { isLate: true, missed: 'last' }, 'make'],
  ['ahead of its hour, beside one that may be over by then', { ...running, isAhead: true }, 'wait'],
  ['ahead, to replace it', { ...running, isAhead: true, overlap: 'replace' }, 'wait'],
  ['ahead, in parallel', { ...running, isAhead: true, overlap: 'parallel' }, 'make'],
  ['ahead, alone', { isAhead: true }, 'make'],
  [
    'late, the last, and it is not',
    { isLate: true, missed: 'last', isLatest: false },
    'missed: no worker ran at its time',
  ],
  ['late, each', { isLate: true, missed: 'each', isLatest: false }, 'make'],
  ['overlap skip', running, 'skipped: the occurrence of 2027-01-31 is not over'],
  ['overlap queue', { ...running, overlap: 'queue' }, 'queue: the occurrence of 2027-01-31 is not over'],
  [
    'a second in the queue',
    { ...running, overlap: 'queue', hasQueued: true },
    'skipped: another occurrence is waiting already',
  ],
  ['overlap parallel', { ...running, overlap: 'parallel' }, 'make'],
  ['overlap replace', { ...running, overlap: 'replace' }, 'replace'],
  ['caught up, skip', caughtUp, 'wait'],
  ['caught up, queue', { ...caughtUp, overlap: 'queue' }, 'wait'],
  ['caught up, replace', { ...caughtUp, overlap: 'replace' }, 'wait'],
  ['caught up, parallel', { ...caughtUp, overlap: 'parallel' }, 'make'],
  [
    'caught up, and the earlier one takes days',
    { ...caughtUp, endsToday: false },
    'skipped: the occurrence of 2027-01-31 is not over',
  ],
])('%s', (_, situation, expected) => {
  const decision = decide({ ...usual, ...situation });
  const told =
    'reason' in decision
      ? `${decision.kind === 'record' ? decision.state : decision.kind}: ${decision.reason}`
      : decision.kind;
  expect(told).toBe(expected);
});
