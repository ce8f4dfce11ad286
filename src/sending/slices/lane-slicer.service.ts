import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { CampaignCalendar } from '../../campaigns/campaign/campaign-calendar.js';
import type { Campaign } from '../../campaigns/campaign/campaign.entity.js';
import { paceSlices, type Release } from '../../rules/calendar/pace.js';
import { uuidV7 } from '../../rules/ids/uuid-v7.js';
import { type Lane, lanesAt, type LanesNow, type SendTimes } from './lanes.js';
import * as lanes from './lanes.queries.js';
import { shareReleases } from './share-releases.js';
import * as queries from './slices.queries.js';

const MINUTE_MS = 60_000;

/** How much may be in unfinished slices. */
export interface Ahead {
  horizon: number;
  minutes: number;
}

export interface LaneCutting {
  messages: number;
  /** Recipients that may go now and were not released. */
  left: number;
  isFull: boolean;
  /** When others may go. */
  nextAt: Date | null;
  isOpen: boolean;
}

/**
 * Releases the recipients of a campaign that do not all go at the same time: on the clocks of their zones, or at the hours
 * of their variants. A slice holds people of one zone, so that its claims can read the window on their clock.
 */
@Injectable()
export class LaneSlicer {
  async cut(
    tx: EntityManager,
    campaign: Campaign,
    senderId: string,
    { calendar, isReleased, ahead }: { calendar: CampaignCalendar; isReleased: boolean; ahead: Ahead },
  ): Promise<LaneCutting> {
    const { now, today, dayBegins } = calendar;
    const target = {
      campaignId: campaign.id,
      senderId,
      today,
      begins: dayBegins,
      openWave: campaign.openWave,
      now,
    };
    const { open, nextAt } = await this.lanesOf(tx, campaign, target, { calendar, isReleased });
    if (open.length === 0) return { messages: 0, left: 0, isFull: false, nextAt, isOpen: false };
    const work = await lanes.workOfLanes(tx, target, open, ahead.horizon);
    const { underWay } = await queries.dueWork(tx, target, 1);
    const taken = await queries.takenToday(tx, target);
    const room = {
      place: Math.max(
        0,
        Math.min(ahead.horizon, (campaign.rateLimit ?? Infinity) * ahead.minutes) - underWay,
      ),
      free: campaign.dailySendLimit === null ? Infinity : Math.max(0, campaign.dailySendLimit - taken),
    };
    const shares = shareOf(work, open, room);
    const wanted = sum(shares.map(({ today: own, earlier, pending }) => own + earlier + pending));
    const due = sum(
      work.map(
        (one, n) => one.retriesOfToday + one.retriesOfEarlier + (open[n]?.isReleased ? one.pending : 0),
      ),
    );
    const isFull = wanted === room.place;
    if (wanted === 0) return { messages: 0, left: due, isFull, nextAt, isOpen: true };
    await queries.openDay(tx, target);
    const releases = paceSlices({
      recipients: wanted,
      perMinute: campaign.rateLimit,
      startMs: now.getTime(),
      earlier: await queries.releasesOf(tx, campaign, new Date(now.getTime() - MINUTE_MS)),
    });
    const parts = shareReleases(releases, [
      ...shares.map(({ today: own, earlier }) => own + earlier),
      ...shares.map(({ pending }) => pending),
    ]).map((part, n) => slicesOf(part, open[n % open.length]));
    const again = await lanes.cutLaneRetries(
      tx,
      target,
      open,
      shares.map(({ today: own, earlier }, n) => ({ cuts: parts[n] ?? [], today: own, earlier })),
    );
    const first = await lanes.cutLanes(
      tx,
      target,
      open,
      shares.map((_, n) => ({ cuts: parts[open.length + n] ?? [], today: 0, earlier: 0 })),
    );
    await queries.addTaken(tx, campaign.id, today, again.places + first.places);
    const messages = again.recipients + first.recipients;
    // No more than the horizon is counted, so a full count may hide others.
    const mayHideMore = work.some(({ pending }) => pending === ahead.horizon);
    return { messages, left: mayHideMore ? ahead.horizon : due - messages, isFull, nextAt, isOpen: true };
  }

  private async lanesOf(
    tx: EntityManager,
    campaign: Campaign,
    target: queries.CutTarget,
    { calendar, isReleased }: { calendar: CampaignCalendar; isReleased: boolean },
  ): Promise<LanesNow> {
    const zones = campaign.sendInRecipientZone
      ? await lanes.zonesOfToday(tx, target)
      : [{ id: null, name: campaign.timeZone }];
    return lanesAt(calendar, zones, await this.sendTimesOf(tx, campaign), { isReleased });
  }

  private async sendTimesOf(tx: EntityManager, campaign: Campaign): Promise<SendTimes | null> {
    if (!campaign.hasSendTimes) return null;
    const { times, decidedAt } = await lanes.sendTimesOf(tx, campaign.id);
    const { statusChangedAt } = campaign;
    return { times, since: decidedAt !== null && decidedAt > statusChangedAt ? decidedAt : statusChangedAt };
  }
}

/** What is released of each lane. */
interface Share {
  today: number;
  earlier: number;
  pending: number;
}

/** Retries first, over all lanes; a retry from an earlier day uses a place of today, as a first attempt does. */
function shareOf(
  work: readonly lanes.LaneWork[],
  open: readonly Lane[],
  { place, free }: { place: number; free: number },
): Share[] {
  const left = { place, free };
  const take = (wanted: number, usesDay: boolean): number => {
    const count = Math.min(wanted, left.place, usesDay ? left.free : Infinity);
    left.place -= count;
    if (usesDay) left.free -= count;
    return count;
  };
  const retries = work.map(({ retriesOfToday, retriesOfEarlier }) => ({
    today: take(retriesOfToday, false),
    earlier: take(retriesOfEarlier, true),
  }));
  return retries.map((share, n) => ({
    ...share,
    pending: open[n]?.isReleased === true ? take(work[n]?.pending ?? 0, true) : 0,
  }));
}

function slicesOf(releases: readonly Release[], lane: Lane | undefined): queries.Cut[] {
  const closing = lane?.closesAt?.getTime() ?? Infinity;
  return releases
    .filter(({ atMs }) => atMs < closing)
    .map(({ atMs, size }) => ({ id: uuidV7(), dueAt: new Date(atMs), size, zoneId: lane?.zoneId ?? null }));
}

const sum = (counts: readonly number[]): number => counts.reduce((all, one) => all + one, 0);
