import { createHash } from 'node:crypto';
import { numberIdentity } from '../../rules/phone/number-variants.js';

export const BUCKETS = 10_000;

/** How the people of a campaign are divided among the variants of its experiment. */
export interface Assignment {
  seed: string;
  /** Of 10,000: who gets no message at all. */
  holdoutBp: number;
  /** The variants in the order of their numbers. Their weights add up to 10,000. */
  weights: readonly { number: number; weightBp: number }[];
  /** Of 10,000: who is in the first wave; null: everybody. */
  sampleBp: number | null;
}

export interface Assigned {
  /** 0: the control group. */
  variant: number;
  wave: number;
}

/** A number or a business-scoped user id as the buckets know it: all spellings of a number are one. */
export function bucketIdentity(identity: string): string {
  return identity.startsWith('+') ? numberIdentity(identity) : identity;
}

/** Where a person falls, 0 to 9999: the same for one seed wherever and whenever it is asked, also in SQL. */
export function bucketOf(seed: string, identity: string): number {
  return createHash('sha256').update(`${seed}:${identity}`).digest().readUInt32BE(0) % BUCKETS;
}

/** Where each variant's share of the buckets begins. */
export function startsOf(weights: Assignment['weights']): number[] {
  let next = 0;
  return weights.map(({ weightBp }) => (next += weightBp) - weightBp);
}

/**
 * Three buckets of one person that know nothing of each other, so the control group, the variants and the waves do not
 * correlate.
 */
export function assign({ seed, holdoutBp, weights, sampleBp }: Assignment, identity: string): Assigned {
  const person = bucketIdentity(identity);
  if (bucketOf(seed, person) < holdoutBp) return { variant: 0, wave: 0 };
  const place = bucketOf(`${seed}/v`, person);
  const n = startsOf(weights).findLastIndex((start) => start <= place);
  const wave = sampleBp === null || bucketOf(`${seed}/s`, person) < sampleBp ? 0 : 1;
  return { variant: weights[n]?.number ?? 0, wave };
}

/** The shares of the others when some variants are dropped: as before among themselves, together 10,000 again. */
export function weightsWithout(
  weights: Assignment['weights'],
  dropped: readonly number[],
): { number: number; weightBp: number }[] {
  const left = weights.filter(({ number }) => !dropped.includes(number));
  const total = left.reduce((sum, { weightBp }) => sum + weightBp, 0);
  let seen = 0;
  let given = 0;
  return left.map(({ number, weightBp }) => {
    seen += weightBp;
    const until = Math.round((seen * BUCKETS) / total);
    const own = until - given;
    given = until;
    return { number, weightBp: own };
  });
}
