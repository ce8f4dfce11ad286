import type { RecipientState } from '../../recipients/recipient-state.js';
import { type Day, timeAt } from '../../rules/calendar/day.js';
import type { CampaignCalendar } from '../campaign/campaign-calendar.js';
import { isSendHour, sendHourOf } from '../campaign/send-hour.js';
import type { CampaignState } from '../campaign/campaign-state.js';

/** Everything but its calendar that can keep a campaign from sending. */
export interface WaitingFacts {
  status: CampaignState;
  statusReason: string | null;
  scheduledFor: Date | null;
  /** Set: the campaign was started for a day and is released day by day. */
  startDate: Day | null;
  releasedOn: Day | null;
  /** Of an experiment that is not decided: recipients of a later wave wait. */
  openWave: number;
  pending: number;
  /** The first day that has recipients left. */
  nextDay: Day | null;
  senderName: string | null;
  senderStatus: string | null;
  senderIsVerified: boolean;
  senderReason: string | null;
  senderPausedUntil: Date | null;
  /** Slowed down by Meta: nothing goes out before this instant. */
  senderHeldUntil: Date | null;
  /** People in a moving 24 hours; null: not known, or none. */
  limit: number | null;
  peopleCounted: number;
  nextUnitAt: Date | null;
  sendInRecipientZone: boolean;
  hasSendTimes: boolean;
  statusChangedAt: Date;
}

/** What holds for a recipient of a campaign whose recipients do not all go at the same time. */
export interface RecipientHours {
  /** Whose clock the window is read on; null: the campaign's. */
  zone: string | null;
  /** The hour of its variant; null: none. */
  sendAt: string | null;
  /** Since when this hour holds; null: since the campaign started. */
  decidedAt: Date | null;
}

export interface WaitingRecipient {
  status: RecipientState;
  scheduledSendDate: string | null;
  nextAttemptAt: Date | null;
  wave: number;
}

/** What a campaign is waiting for; null: nothing, or it has nothing to do. */
export function campaignWaitsFor(
  facts: WaitingFacts,
  calendar: CampaignCalendar,
  zones: readonly string[] = [],
): string | null {
  const { status, nextDay } = facts;
  if (status === 'scheduled' || status === 'paused') return stateSays(facts);
  if (status !== 'active' || facts.pending === 0) return null;
  const stopped = senderSays(facts, calendar);
  if (stopped !== null) return stopped;
  if (nextDay !== null && nextDay > calendar.today) return `The next recipients are planned for ${nextDay}.`;
  const clocks = zones.map((zone) => calendar.in(zone));
  const first = clocks.reduce((a, b) => (b.opensAt < a.opensAt ? b : a), clocks[0] ?? calendar);
  const closed = facts.sendInRecipientZone && zones.length > 0 ? zoneSays(first) : windowSays(first);
  return closed ?? dailyRunSays(facts, first) ?? limitSays(facts);
}

/** What an unsent recipient is waiting for; null: it will not be sent to, or is being sent to right now. */
export function recipientWaitsFor(
  recipient: WaitingRecipient,
  facts: WaitingFacts,
  calendar: CampaignCalendar,
  hours: RecipientHours | null = null,
): string | null {
  const { status, scheduledSendDate, nextAttemptAt } = recipient;
  if (status !== 'pending' && status !== 'queued' && status !== 'retry') return null;
  const stopped = stateSays(facts) ?? senderSays(facts, calendar);
  if (stopped !== null) return stopped;
  if (status === 'pending') {
    if (recipient.wave > facts.openWave) return 'The experiment of the campaign has to be decided first.';
    if (scheduledSendDate === null) return 'No day is planned yet.';
    if (scheduledSendDate > calendar.today) return `Planned for ${scheduledSendDate}.`;
  }
  if (nextAttemptAt !== null && nextAttemptAt > calendar.now) {
    return `The next attempt is due at ${nextAttemptAt.toISOString()}.`;
  }
  const clock = calendar.in(hours?.zone ?? calendar.timeZone);
  const closed = (status === 'pending' ? hourSays(clock, facts, hours) : null) ?? closedSays(clock, hours);
  if (closed !== null) return closed;
  const later = status === 'pending' ? dailyRunSays(facts, clock) : null;
  return later ?? limitSays(facts) ?? 'Sent as soon as the rate of the campaign allows.';
}

function stateSays({ status, statusReason, scheduledFor }: WaitingFacts): string | null {
  if (status === 'active') return null;
  if (status === 'draft') return 'The campaign has not been started.';
  if (status === 'scheduled')
    return scheduledFor === null ? 'The campaign has not begun.' : `Begins at ${scheduledFor.toISOString()}.`;
  const end = status === 'cancelled' || status === 'failed' ? ' Nothing more is sent.' : '';
  return `The campaign is ${status}${because(statusReason)}.${end}`;
}

function senderSays(facts: WaitingFacts, { now }: CampaignCalendar): string | null {
  const { senderName, senderStatus, senderIsVerified, senderReason, senderPausedUntil, senderHeldUntil } =
    facts;
  if (senderStatus === null) return 'No WhatsApp number is connected to the campaign.';
  if (!senderIsVerified) {
    return `Meta has not confirmed the number of the sender "${senderName ?? ''}". Sync the sender, or correct its token.`;
  }
  if (senderStatus === 'active') {
    if (senderHeldUntil === null || senderHeldUntil <= now) return null;
    return `Meta has refused messages of the sender "${senderName ?? ''}" because they came too fast. It resumes more slowly at ${senderHeldUntil.toISOString()}.`;
  }
  const until = senderPausedUntil === null ? '' : ` until ${senderPausedUntil.toISOString()}`;
  return `The sender "${senderName ?? ''}" is ${senderStatus}${until}${because(senderReason)}.`;
}

function windowSays({ isOpen, opensAt }: CampaignCalendar): string | null {
  return isOpen ? null : `The send window is closed until ${opensAt.toISOString()}.`;
}

function closedSays(clock: CampaignCalendar, hours: RecipientHours | null): string | null {
  return typeof hours?.zone === 'string' ? zoneSays(clock) : windowSays(clock);
}

function zoneSays({ isOpen, opensAt, windowZone }: CampaignCalendar): string | null {
  if (isOpen) return null;
  return `Waits for ${timeAt(opensAt, windowZone)} in ${windowZone} (${opensAt.toISOString()}).`;
}

/** The hour of a variant: of today, or of tomorrow when today's came before the start. */
function hourSays(
  clock: CampaignCalendar,
  { statusChangedAt }: WaitingFacts,
  hours: RecipientHours | null,
): string | null {
  if (hours === null || hours.sendAt === null) return null;
  const { sendAt, decidedAt } = hours;
  const since = decidedAt !== null && decidedAt > statusChangedAt ? decidedAt : statusChangedAt;
  const hour = sendHourOf(clock, sendAt);
  if (hour === null || isSendHour(hour, clock.now, since)) return null;
  const at = hour.from > clock.now ? ` (${hour.from.toISOString()})` : ' of the next day';
  return `Waits for ${sendAt} in ${clock.windowZone}, the hour of its variant${at}.`;
}

function dailyRunSays(
  { startDate, releasedOn, sendInRecipientZone }: WaitingFacts,
  { today, nextRun, isReachedByRun }: CampaignCalendar,
): string | null {
  if (startDate === null || releasedOn === today || (sendInRecipientZone && !isReachedByRun)) return null;
  return `Today's batch is released by the daily run at ${nextRun.toISOString()}, or by POST /api/marketing/process-daily.`;
}

function limitSays({ limit, peopleCounted, nextUnitAt }: WaitingFacts): string | null {
  if (limit === null || peopleCounted < limit) return null;
  const next = nextUnitAt === null ? '' : `; the next one is possible at ${nextUnitAt.toISOString()}`;
  return `The portfolio has written to the ${limit} people that Meta allows in 24 hours${next}.`;
}

/** Reasons come from several sources, with and without a full stop. */
function because(reason: string | null): string {
  return reason === null || reason === '' ? '' : `: ${reason.replace(/\.$/, '')}`;
}
