import { DomainError } from '../../rules/errors/domain-error.js';
import type { CampaignPlan } from '../../rules/calendar/plan-schedule.js';

/** Changes that come together lead to one plan. */
export const MARK_DELAY_MS = 1_000;

/** A command must not leave recipients without a day: its caller can change the limits. */
export function assertPlanned({ unplanned }: CampaignPlan): void {
  if (unplanned === 0) return;
  const detail =
    'The limits of this campaign leave some recipients without a day: check its daily limit, its rate and its send window.';
  throw new DomainError('rule', 'cannot_be_planned', detail);
}
