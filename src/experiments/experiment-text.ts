import type { ExperimentState } from '../campaigns/variants/experiment-state.js';
import type { Design } from './design.js';
import type { Judgement } from './judge-experiment.js';
import type { Measure, ObservedVariant } from './observed.js';

export interface Told {
  state: ExperimentState;
  /** Whether there was a look. */
  isCounted: boolean;
  design: Design;
  observed: readonly ObservedVariant[];
  judgement: Judgement;
  /** What was decided, if anything. */
  decided: { winner: number | null; basis: string | null; hand: boolean } | null;
  invalidReason: string | null;
}

const DID: Readonly<Record<Measure, string>> = {
  delivered: 'received the message',
  read: 'read it',
  clicked: 'clicked',
  replied: 'replied',
  converted: 'bought or did what you count',
};

/** One sentence for the operator. It says "significant" of a difference only when the test found it to be. */
export function tellExperiment(told: Told): string {
  const { state, decided, judgement, design, observed, invalidReason } = told;
  if (state === 'draft') return 'The test has not started.';
  if (state === 'invalid') {
    const why = invalidReason === null ? '' : ` (${reasonText(invalidReason)})`;
    return `The test proves nothing any more${why}: the figures are shown, and no variant is called better.`;
  }
  if (decided !== null) return tellDecision(told, decided);
  if (!told.isCounted) return 'Nothing has been counted yet: that happens once an hour.';
  switch (judgement.verdict) {
    case 'srm':
      return 'The variants did not go out in the planned shares, so their figures cannot be compared.';
    case 'opt_outs':
      return tellOptOuts(design, judgement);
    case 'winner':
      return `${rates(told, judgement.winner)}: the difference is significant.`;
    case 'no_winner':
      return judgement.winner === null
        ? `The test is over without a clear winner, ${ranking(design, observed)}: please choose a variant.`
        : `The test is over without a clear winner: ${ranking(design, observed)}.`;
    case 'open':
      return `No winner yet: ${ranking(design, observed)}, which may be chance.`;
    default:
      return tellCollecting(design, judgement);
  }
}

/** A reason for a campaign that is paused. */
export function tellOptOuts(design: Design, { drivesAway }: Judgement): string {
  const { variant, rate } = drivesAway ?? { variant: 0, rate: 0 };
  return `Variant ${keyOf(design, variant)} drives people away: ${percent(rate)} opted out, more than ${percent(design.maxOptOutRate)}.`;
}

function tellDecision(told: Told, { winner, basis, hand }: NonNullable<Told['decided']>): string {
  const { design, observed } = told;
  if (winner === null) return 'The test ended without a winner: everybody keeps their variant.';
  const key = keyOf(design, winner);
  if (basis === 'significant') return `${rates(told, winner)}: the difference is significant, ${key} won.`;
  if (basis === 'point_estimate') {
    return `${key} was taken as its rate was the highest, without a clear winner: ${ranking(design, observed)}; not significant.`;
  }
  if (basis === 'first')
    return `${key} was taken as the first variant, because the test had no clear winner.`;
  return hand
    ? `${key} was chosen by hand; at the last look ${ranking(design, observed)}.`
    : `${key} was chosen; at the last look ${ranking(design, observed)}.`;
}

function tellCollecting(design: Design, { horizon }: Judgement): string {
  const { planned, mature } = horizon;
  const people = `${count(mature)} of ${count(planned)} people`;
  return design.analysis === 'fixed'
    ? `Too early: ${people} have had their time, and this test is read once, at its end.`
    : `Too early to say anything: ${people} have had their time to act.`;
}

/** "B: 55 % read it (A: 40 %)". */
function rates({ design, observed }: Pick<Told, 'design' | 'observed'>, winner: number | null): string {
  const rateOf = (variant: ObservedVariant): string => {
    const { units, successes } = variant.outcomes[design.primary];
    return units === 0 ? 'nobody yet' : percent(successes / units);
  };
  const first = observed.find(({ number }) => number === winner);
  const others = observed.filter(({ number }) => number !== winner);
  const beside = others.map((variant) => `${keyOf(design, variant.number)}: ${rateOf(variant)}`).join(', ');
  return `${keyOf(design, winner ?? 0)}: ${first === undefined ? 'nobody yet' : rateOf(first)} ${DID[design.primary]} (${beside})`;
}

/** "B leads with 12 %, before A with 10 %". */
function ranking({ variants, primary }: Design, observed: readonly ObservedVariant[]): string {
  const rated = observed
    .filter(({ outcomes }) => outcomes[primary].units > 0)
    .map(({ number, outcomes }) => ({ number, rate: outcomes[primary].successes / outcomes[primary].units }))
    .sort((a, b) => b.rate - a.rate);
  const [first, ...others] = rated.map(
    ({ number, rate }) =>
      `${variants.find((one) => one.number === number)?.key ?? number} with ${percent(rate)}`,
  );
  if (first === undefined) return 'nobody has had their time yet';
  return others.length === 0 ? `only ${first}` : `${first} is ahead of ${others.join(', ')}`;
}

function reasonText(reason: string): string {
  return reason === 'srm' ? 'the variants did not go out in the planned shares' : reason;
}

function keyOf({ variants }: Design, number: number): string {
  return variants.find((variant) => variant.number === number)?.key ?? String(number);
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

function count(value: number): string {
  return value.toLocaleString('en-US');
}
