import type { ExperimentSettings } from '../variants/experiment.js';

/** How many people the experiment is decided by, of all that wait: the most that will be compared. */
export function sampleOf(
  {
    mode,
    holdoutBp,
    samplePercent,
    maxSample,
  }: Pick<ExperimentSettings, 'mode' | 'holdoutBp' | 'samplePercent' | 'maxSample'>,
  people: number,
): number {
  const treated = Math.floor((people * (10_000 - holdoutBp)) / 10_000);
  const share = { split: 1, wait: samplePercent / 100, continue: 0.5 }[mode ?? 'split'];
  const planned = Math.floor(treated * share);
  if (maxSample === null) return planned;
  return mode === 'wait' ? Math.min(planned, maxSample) : Math.min(treated, maxSample);
}
