/**
 * The longest piece of work, in milliseconds of processor time, between two turns of the event loop while `work` runs.
 * Processor time and not the clock: on a busy machine other processes make us wait, and that is not our doing.
 */
export async function longestStandstill(work: () => Promise<unknown>): Promise<number> {
  let longest = 0;
  let last = process.cpuUsage();
  const look = (): void => {
    const { user, system } = process.cpuUsage(last);
    longest = Math.max(longest, (user + system) / 1_000);
    last = process.cpuUsage();
  };
  const watch = setInterval(look, 1);
  try {
    await work();
  } finally {
    clearInterval(watch);
  }
  look();
  return longest;
}

/**
 * The standstill that remains when the work is done three times: the collector of a large heap can stop the loop once,
 * a slow algorithm stops it every time.
 */
export async function smallestStandstill(work: () => Promise<unknown>): Promise<number> {
  let smallest = Infinity;
  for (let round = 0; round < 3; round++) smallest = Math.min(smallest, await longestStandstill(work));
  return smallest;
}
