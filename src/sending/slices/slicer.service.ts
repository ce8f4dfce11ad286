import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { CampaignCalendar } from '../../campaigns/campaign/campaign-calendar.js';
import type { Campaign } from '../../campaigns/campaign/campaign.entity.js';
import { Campaigns } from '../../campaigns/campaign/campaigns.service.js';
import { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import { addDays, startOfDay } from '../../rules/calendar/day.js';
import { CalendarSettings } from '../../rules/calendar/calendar-settings.js';
import { paceSlices, type Release } from '../../rules/calendar/pace.js';
import { uuidV7 } from '../../rules/ids/uuid-v7.js';
import { LaneSlicer } from './lane-slicer.service.js';
import * as queries from './slices.queries.js';

/**
 * How many recipients of a campaign may be in unfinished slices. A million that are due today are released bit by
 * bit: the first message leaves at once, and a pause has little to take back.
 */
export const HORIZON = 20_000;
/** The same for a campaign with a rate: a slow one would otherwise have thousands of slices of one recipient. */
export const MINUTES_AHEAD = 3;
const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
/** Rows changed by hand are found within this time. Everything else has the campaign looked at. */
const LONGEST_REST_MS = 5 * MINUTE_MS;
/** Recipients are due, and only time makes room for them. */
const SHORT_REST_MS = 5 * SECOND_MS;

export interface Sliced {
  /** Recipients that were released. */
  messages: number;
  /** Set when the window is closed: when it opens. */
  closedUntil: Date | null;
}

interface Cutting {
  messages: number;
  /** Recipients that are due and were not released. */
  left: number;
  /** Because the slices have no room for them. */
  isFull: boolean;
}

const NOTHING: Sliced = { messages: 0, closedUntil: null };

/** Releases the recipients that are due, as many as the limits allow, in slices. */
@Injectable()
export class Slicer {
  constructor(
    private readonly database: Database,
    private readonly campaigns: Campaigns,
    private readonly clock: Clock,
    private readonly calendar: CalendarSettings,
    private readonly lanes: LaneSlicer,
  ) {}

  /** `release`: the daily run asks, so today's work may begin. */
  async slice(organizationId: string, campaignId: string, { release = false } = {}): Promise<Sliced> {
    return this.database.transaction(async (tx) => {
      const campaign = await this.campaigns.lock(tx, organizationId, campaignId);
      if (campaign.status !== 'active' || campaign.senderId === null) return NOTHING;
      const calendar = new CampaignCalendar(campaign, this.calendar, this.clock.now());
      // Another worker has just looked.
      if (!release && campaign.feedAt !== null && campaign.feedAt > calendar.now) return NOTHING;
      if (release) await this.campaigns.setReleased(tx, campaignId, calendar.dayOfRun);
      if (campaign.sendInRecipientZone || campaign.hasSendTimes)
        return this.sliceLanes(tx, campaign, campaign.senderId, { calendar, release });
      if (!calendar.isOpen) {
        await this.campaigns.setFeedAt(tx, campaignId, rest(calendar, calendar.opensAt));
        return { messages: 0, closedUntil: calendar.opensAt };
      }
      const isReleased = release || campaign.startDate === null || campaign.releasedOn === calendar.today;
      const cut = await this.cut(tx, campaign, campaign.senderId, { calendar, isReleased });
      await this.campaigns.setFeedAt(tx, campaignId, await this.nextLookAt(tx, campaign, calendar, cut));
      return { messages: cut.messages, closedUntil: null };
    });
  }

  /** Its recipients do not all go at the same time. A run may have released tomorrow as well. */
  private async sliceLanes(
    tx: EntityManager,
    campaign: Campaign,
    senderId: string,
    { calendar, release }: { calendar: CampaignCalendar; release: boolean },
  ): Promise<Sliced> {
    const { startDate, releasedOn } = campaign;
    const isReleased = release || startDate === null || (releasedOn !== null && releasedOn >= calendar.today);
    const ahead = { horizon: HORIZON, minutes: MINUTES_AHEAD };
    const cut = await this.lanes.cut(tx, campaign, senderId, { calendar, isReleased, ahead });
    const next = await this.nextLookAt(tx, campaign, calendar, cut, cut.nextAt ?? undefined);
    await this.campaigns.setFeedAt(tx, campaign.id, next);
    return { messages: cut.messages, closedUntil: cut.isOpen ? null : cut.nextAt };
  }

  /** Null: as soon as the slices have room. */
  private async nextLookAt(
    tx: EntityManager,
    { id, rateLimit }: Campaign,
    calendar: CampaignCalendar,
    { left, isFull }: Cutting,
    othersAt?: Date,
  ): Promise<Date | null> {
    if (left > 0 && isFull && rateLimit === null) return null;
    if (left > 0) return new Date(calendar.now.getTime() + SHORT_REST_MS);
    const midnight = startOfDay(addDays(calendar.today, 1), calendar.timeZone);
    const retryAt = await queries.nextRetryAt(tx, id, calendar.now);
    return rest(calendar, ...[midnight, retryAt, othersAt].filter((at) => at instanceof Date));
  }

  private async cut(
    tx: EntityManager,
    campaign: Campaign,
    senderId: string,
    { calendar, isReleased }: { calendar: CampaignCalendar; isReleased: boolean },
  ): Promise<Cutting> {
    const { now, today, dayBegins } = calendar;
    const target = {
      campaignId: campaign.id,
      senderId,
      today,
      begins: dayBegins,
      openWave: campaign.openWave,
      now,
    };
    const due = await queries.dueWork(tx, target, HORIZON);
    const taken = await queries.takenToday(tx, target);
    const ahead = Math.min(HORIZON, (campaign.rateLimit ?? Infinity) * MINUTES_AHEAD);
    const place = Math.max(0, ahead - due.underWay);
    // A retry from today is already counted against today's limit; a retry from an earlier day uses a place of today.
    const free = campaign.dailySendLimit === null ? Infinity : Math.max(0, campaign.dailySendLimit - taken);
    const untaken = Math.min(due.retriesOfEarlier, free);
    const retries = Math.min(due.retriesOfToday + untaken, place);
    const pending = isReleased ? Math.min(due.pending, free - untaken, place - retries) : 0;
    const all = due.retriesOfToday + due.retriesOfEarlier + (isReleased ? due.pending : 0);
    const isFull = retries + pending === place;
    if (retries + pending === 0) return { messages: 0, left: all, isFull };
    await queries.openDay(tx, target);

    const closing = calendar.closesAt?.getTime() ?? Infinity;
    const earlier = await queries.releasesOf(tx, campaign, new Date(now.getTime() - MINUTE_MS));
    const slices = paceSlices({
      recipients: retries + pending,
      perMinute: campaign.rateLimit,
      startMs: now.getTime(),
      earlier,
    }).filter(({ atMs }) => atMs < closing);

    const [forRetries, forPending] = split(slices, retries);
    const again = await queries.cutRetries(tx, target, forRetries, untaken);
    const first = await queries.cutPending(tx, target, forPending);
    await queries.addTaken(tx, campaign.id, today, again.places + first.places);
    const messages = again.recipients + first.recipients;
    // No more than the horizon is counted, so a full count may hide others.
    const mayHideMore =
      (isReleased && due.pending === HORIZON) || due.retriesOfToday + due.retriesOfEarlier === HORIZON;
    const left = mayHideMore ? HORIZON : all - messages;
    return { messages, left, isFull };
  }
}

function rest({ now }: CampaignCalendar, ...until: readonly Date[]): Date {
  return new Date(Math.min(now.getTime() + LONGEST_REST_MS, ...until.map((at) => at.getTime())));
}

/** Splits the releases after the first recipients; a release that straddles the border is divided. */
function split(releases: readonly Release[], first: number): [queries.Cut[], queries.Cut[]] {
  const parts: [queries.Cut[], queries.Cut[]] = [[], []];
  let left = first;
  for (const { atMs, size } of releases) {
    const dueAt = new Date(atMs);
    const before = Math.min(left, size);
    if (before > 0) parts[0].push({ id: uuidV7(), dueAt, size: before });
    if (size > before) parts[1].push({ id: uuidV7(), dueAt, size: size - before });
    left -= before;
  }
  return parts;
}
