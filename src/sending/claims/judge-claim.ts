import type { CampaignCalendar } from '../../campaigns/campaign/campaign-calendar.js';
import type { CampaignState } from '../../campaigns/campaign/campaign-state.js';
import type { Day } from '../../rules/calendar/day.js';
import { isOfFormerPace } from '../slices/former-pace.js';

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
/** Units become free all the time, and the limit may rise: look again after a minute at the latest. */
const LONGEST_QUOTA_WAIT_MS = MINUTE_MS;

export interface EarlierClaim {
  at: Date;
  size: number;
}

/** What decides whether recipients of a slice may be claimed now. */
export interface ClaimFacts {
  campaign: { status: CampaignState; rateLimit: number | null; paceChangedAt: Date | null };
  calendar: CampaignCalendar;
  slice: { sendDate: Day; size: number; lastClaimAt: Date | null; createdAt: Date };
  senderIsActive: boolean;
  /** The other slices of the campaign that were claimed from within the last minute, in order of time. */
  earlier: readonly EarlierClaim[];
}

/** `holdsUp`: whether only this slice is too early, or the waiting slices of the campaign as well. */
export interface Wait {
  do: 'wait';
  until: Date;
  holdsUp: 'slice' | 'campaign';
}

export type ClaimVerdict = { do: 'send' } | Wait | { do: 'giveBack' };

export function judgeClaim({ campaign, calendar, slice, senderIsActive, earlier }: ClaimFacts): ClaimVerdict {
  const { now, today, isOpen } = calendar;
  const isRunning = campaign.status === 'active' && isOpen && today === slice.sendDate;
  if (!isRunning || isOfFormerPace(campaign, slice)) return { do: 'giveBack' };
  // Slices of a sender that is not active are not taken until it is active again.
  if (!senderIsActive) return { do: 'wait', until: now, holdsUp: 'slice' };
  if (campaign.rateLimit === null || hasRoomReserved(slice, now)) return { do: 'send' };
  const until = fitsAt(earlier, slice.size, campaign.rateLimit, now);
  return until > now ? { do: 'wait', until, holdsUp: 'campaign' } : { do: 'send' };
}

/** Whether earlier claims matter at all: they delay only a slice that nothing else holds back. */
export function dependsOnPace(facts: Omit<ClaimFacts, 'earlier'>): boolean {
  if (facts.campaign.rateLimit === null) return false;
  if (hasRoomReserved(facts.slice, facts.calendar.now)) return false;
  return judgeClaim({ ...facts, earlier: [] }).do === 'send';
}

/** A minute that ends at this instant begins here. */
export function minuteBefore(now: Date): Date {
  return new Date(now.getTime() - MINUTE_MS);
}

/** While a worker is at a slice, the other slices count its whole size, so its share of the minute is reserved. */
function hasRoomReserved({ lastClaimAt }: ClaimFacts['slice'], now: Date): boolean {
  return lastClaimAt !== null && lastClaimAt > minuteBefore(now);
}

/** When the slice fits: never more than the campaign's rate in any minute, however late its slices are. */
function fitsAt(earlier: readonly EarlierClaim[], size: number, perMinute: number, now: Date): Date {
  let excess = earlier.reduce((sum, claim) => sum + claim.size, 0) + size - perMinute;
  let fits = now;
  for (const claim of earlier) {
    if (excess <= 0) break;
    excess -= claim.size;
    fits = new Date(claim.at.getTime() + MINUTE_MS);
  }
  return fits;
}

/** What the portfolio's limit has room for. */
export interface Room {
  /** Phone numbers with an open service window, which cost nothing. */
  open: ReadonlySet<string>;
  granted: ReadonlySet<string>;
  /** When the next unit becomes free. */
  nextUnitAt: Date | null;
}

/** `room` null: the limit does not apply. The recipients without room stay in the slice. */
export function judgeRoom<T extends { phoneNumber: string }>(
  candidates: readonly T[],
  room: Room | null,
  now: Date,
): { do: 'send'; recipients: readonly T[] } | Wait {
  if (room === null) return { do: 'send', recipients: candidates };
  const { open, granted, nextUnitAt } = room;
  const recipients = candidates.filter(
    ({ phoneNumber }) => open.has(phoneNumber) || granted.has(phoneNumber),
  );
  if (recipients.length > 0) return { do: 'send', recipients };
  const latest = now.getTime() + LONGEST_QUOTA_WAIT_MS;
  const wait = Math.min(nextUnitAt?.getTime() ?? latest, latest);
  return { do: 'wait', until: new Date(Math.max(wait, now.getTime() + SECOND_MS)), holdsUp: 'slice' };
}
