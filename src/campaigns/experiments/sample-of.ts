import { BUCKETS } from '../../recipients/variants/variant-bucket.js';
import type { ExperimentSettings } from '../variants/experiment.js';

type SampleSettings = Pick<ExperimentSettings, 'mode' | 'holdoutBp' | 'samplePercent' | 'maxSample'>;

export interface Sample {
  /** How many people the experiment is decided by: the most that will be compared. */
  planned: number;
  /** Of 10,000: who is in the first wave. Null: everybody. */
  sampleBp: number | null;
}

/** The sample of all that wait. In `wait` mode it is drawn by chance, so `maxSample` lowers the share. */
export function sampleOf(
  { mode, holdoutBp, samplePercent, maxSample }: SampleSettings,
  people: number,
): Sample {
  const treated = Math.floor((people * (BUCKETS - holdoutBp)) / BUCKETS);
  if (mode === 'wait') {
    const most = maxSample === null || treated === 0 ? BUCKETS : Math.floor((maxSample / treated) * BUCKETS);
    const sampleBp = Math.min(samplePercent * 100, most);
    return { planned: Math.floor((treated * sampleBp) / BUCKETS), sampleBp };
  }
  const planned = mode === 'continue' ? Math.floor(treated / 2) : treated;
  return { planned: maxSample === null ? planned : Math.min(treated, maxSample), sampleBp: null };
}
