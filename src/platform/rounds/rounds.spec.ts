import { expect, it } from '@jest/globals';
import { until } from '../../../test/support/until.js';
import { Rounds } from './rounds.js';

it('continues after a failure, never runs twice at the same time, and finishes the round under way', async () => {
  let rounds = 0;
  let atOnce = 0;
  let most = 0;
  let release = (): void => undefined;
  const failures: unknown[] = [];
  const looking = new Rounds(
    async () => {
      rounds += 1;
      atOnce += 1;
      most = Math.max(most, atOnce);
      if (rounds === 5) await new Promise<void>((resolve) => (release = resolve));
      atOnce -= 1;
      if (rounds === 2) throw new Error('for once');
    },
    1,
    (error) => failures.push(error),
  );
  looking.start();
  await until(
    () => rounds,
    (seen) => seen === 5,
  );
  let isStopped = false;
  const stopped = looking.stop().then(() => (isStopped = true));
  expect([isStopped, looking.isStopped]).toEqual([false, true]);
  release();
  await stopped;
  expect({ rounds, most, failures }).toEqual({ rounds: 5, most: 1, failures: [new Error('for once')] });
});
