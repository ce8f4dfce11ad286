import type { RecipientState } from '../../recipients/recipient-state.js';
import { nextTick } from '../../rules/calendar/cron.js';
import { type Day, dayAt } from '../../rules/calendar/day.js';
import { nextOpening, type SendWindow } from '../../rules/calendar/send-window.js';
import { type StoredWindow, windowOf } from '../campaign/campaign-window.js';
import type { CampaignState } from '../campaign/campaign-state.js';

/** All that may keep a campaign from sending at an instant. */
export interface WaitingFacts extends StoredWindow {
  status: CampaignState;
  statusReason: string | null;
  scheduledFor: Date | null;
  /** Set: started by its day, and let go day by day. */
  startDate: Day | null;
  releasedOn: Day | null;
  timeZone: string;
  pending: number;
  /** The first day that has recipients left. */
  nextDay: Day | null;
  senderName: string | null;
  senderStatus: string | null;
  senderReason: string | null;
  senderPausedUntil: Date | null;
  /** Slowed down by Meta: nothing goes out before. */
  senderHeldUntil: Date | null;
  /** People in a moving 24 hours; null: not known, or none. */
  limit: number | null;
  peopleCounted: number;
  nextUnitAt: Date | null;
}

/** The instant it is asked at, and what the installation says about days and windows. */
export interface Moment {
  now: Date;
  sendWindow: SendWindow | null;
  dailyRunAt: string;
  timeZone: string;
}

export interface WaitingRecipient {
  status: RecipientState;
  scheduledSendDate: string | null;
  nextAttemptAt: Date | null;
}

/** What a campaign waits for; null: for nothing, or it has nothing to do. */
export function campaignWaitsFor(facts: WaitingFacts, moment: Moment): string | null {
  const { status, nextDay, timeZone } = facts;
  if (status === 'scheduled' || status === 'paused') return stateSays(facts);
  if (status !== 'active' || facts.pending === 0) return null;
  const stopped = senderSays(facts, moment);
  if (stopped !== null) return stopped;
  if (nextDay !== null && nextDay > dayAt(moment.now, timeZone)) {
    return `The next recipients are planned for ${nextDay}.`;
  }
  return windowSays(facts, moment) ?? dailyRunSays(facts, moment) ?? limitSays(facts);
}

/** What somebody who is still to be written to waits for; null: they are not to be, or are being written to. */
export function recipientWaitsFor(
  recipient: WaitingRecipient,
  facts: WaitingFacts,
  moment: Moment,
): string | null {
  const { status, scheduledSendDate, nextAttemptAt } = recipient;
  if (status !== 'pending' && status !== 'queued' && status !== 'retry') return null;
  const stopped = stateSays(facts) ?? senderSays(facts, moment);
  if (stopped !== null) return stopped;
  if (status === 'pending' && scheduledSendDate === null) return 'No day is planned yet.';
  if (status === 'pending' && scheduledSendDate !== null) {
    if (scheduledSendDate > dayAt(moment.now, facts.timeZone)) return `Planned for ${scheduledSendDate}.`;
  }
  if (nextAttemptAt !== null && nextAttemptAt > moment.now) {
    return `The next attempt is due at ${nextAttemptAt.toISOString()}.`;
  }
  const closed = windowSays(facts, moment);
  if (closed !== null) return closed;
  const later = status === 'pending' ? dailyRunSays(facts, moment) : null;
  return later ?? limitSays(facts) ?? 'It is their turn as soon as the rate of the campaign allows.';
}

function stateSays({ status, statusReason, scheduledFor }: WaitingFacts): string | null {
  if (status === 'active') return null;
  if (status === 'draft') return 'The campaign has not been started.';
  if (status === 'scheduled')
    return scheduledFor === null ? 'The campaign has not begun.' : `Begins at ${scheduledFor.toISOString()}.`;
  return `The campaign is ${status}${because(statusReason)}.`;
}

function senderSays(facts: WaitingFacts, { now }: Moment): string | null {
  const { senderName, senderStatus, senderReason, senderPausedUntil, senderHeldUntil } = facts;
  if (senderStatus === null) return 'No WhatsApp number is connected to the campaign.';
  if (senderStatus === 'active') {
    if (senderHeldUntil === null || senderHeldUntil <= now) return null;
    return `Meta has refused messages of the sender "${senderName ?? ''}" for coming too fast: it goes on, slower, at ${senderHeldUntil.toISOString()}.`;
  }
  const until = senderPausedUntil === null ? '' : ` until ${senderPausedUntil.toISOString()}`;
  return `The sender "${senderName ?? ''}" is ${senderStatus}${until}${because(senderReason)}.`;
}

function windowSays(facts: WaitingFacts, { now, sendWindow }: Moment): string | null {
  const opens = nextOpening(windowOf(facts, sendWindow), now, facts.timeZone);
  return opens > now ? `The send window is closed until ${opens.toISOString()}.` : null;
}

function dailyRunSays({ startDate, releasedOn, timeZone }: WaitingFacts, moment: Moment): string | null {
  if (startDate === null || releasedOn === dayAt(moment.now, timeZone)) return null;
  const run = nextTick(moment.dailyRunAt, moment.timeZone, moment.now);
  return `Today's batch is let go by the daily run at ${run.toISOString()}, or by POST /api/marketing/process-daily.`;
}

function limitSays({ limit, peopleCounted, nextUnitAt }: WaitingFacts): string | null {
  if (limit === null || peopleCounted < limit) return null;
  const next = nextUnitAt === null ? '' : `; the next one is possible at ${nextUnitAt.toISOString()}`;
  return `The portfolio has written to the ${limit} people that Meta allows in 24 hours${next}.`;
}

/** Reasons are sentences of several authors: with and without a full stop. */
function because(reason: string | null): string {
  return reason === null || reason === '' ? '' : `: ${reason.replace(/\.$/, '')}`;
}
