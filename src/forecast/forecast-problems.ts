import { SKIPPED } from '../messages/judgement/judgement.js';

/** The steps of the wizard, where a problem is cured. */
export const PROBLEM_STEPS = ['message', 'people', 'personalise', 'schedule'] as const;
export type ProblemStep = (typeof PROBLEM_STEPS)[number];
/** `error`: the campaign cannot start. */
export const SEVERITIES = ['error', 'warning', 'info'] as const;

export interface Problem {
  step: ProblemStep;
  severity: (typeof SEVERITIES)[number];
  text: string;
  count: number | null;
  sample: string[];
}

export const WARNINGS = [
  'us_marketing_restricted',
  'template_quality_low',
  'template_new_may_be_held',
  'quota_has_no_reserve',
  'window_short',
  'no_rate_card',
  'unsubscribed_not_all_checked',
  'people_in_other_zones',
] as const;
export interface Warning {
  code: (typeof WARNINGS)[number];
  count?: number;
}

export interface Obstacle {
  code: string;
  message: string;
  count?: number;
  sample?: string[];
}

interface LeftOutPeople {
  reason: string;
  count: number;
  sample: string[];
}

const STEP_OF: Readonly<Record<string, ProblemStep>> = {
  no_recipients: 'people',
  nobody_left: 'people',
  variables_missing: 'personalise',
  sender_missing: 'schedule',
  sender_inactive: 'schedule',
  cannot_be_planned: 'schedule',
};

const TEXT_OF: Readonly<Record<Warning['code'], { step: ProblemStep; text: string }>> = {
  us_marketing_restricted: { step: 'people', text: '' },
  template_quality_low: {
    step: 'message',
    text: 'Meta rates the quality of this template low: it may pause it while the campaign runs.',
  },
  template_new_may_be_held: {
    step: 'message',
    text: 'This template is new: Meta may hold the first messages until it has assessed them.',
  },
  quota_has_no_reserve: {
    step: 'schedule',
    text: 'On some days campaigns take the whole messaging limit: nothing is left for order messages to new people.',
  },
  window_short: {
    step: 'schedule',
    text: 'The rate and the send window carry less than the daily limit on some days.',
  },
  no_rate_card: { step: 'schedule', text: '' },
  people_in_other_zones: {
    step: 'schedule',
    text: 'Some people live in other time zones. Each gets the message inside the send window of their own clock; people who are too late for it on a day get it on the next.',
  },
  unsubscribed_not_all_checked: {
    step: 'people',
    text: 'There are too many people without a profile to look all of them up: some may have unsubscribed.',
  },
};

/** Everything that a person should know before the start, as sentences: what prevents it first. */
export function problemsOf(
  obstacles: readonly Obstacle[],
  leftOut: readonly LeftOutPeople[],
  warnings: readonly Warning[],
): Problem[] {
  return [
    ...obstacles.map(({ code, message, count, sample }) => ({
      step: STEP_OF[code] ?? 'message',
      severity: 'error' as const,
      text: message,
      count: count ?? null,
      sample: sample ?? [],
    })),
    ...leftOut.map(({ reason, count, sample }) => ({
      step: 'people' as const,
      severity: reason === SKIPPED.us ? ('warning' as const) : ('info' as const),
      text: `Left out: ${reason}.`,
      count,
      sample,
    })),
    ...warnings.flatMap(({ code, count }) => {
      const { step, text } = TEXT_OF[code];
      if (text === '') return [];
      return [{ step, severity: 'warning' as const, text, count: count ?? null, sample: [] }];
    }),
  ];
}
