import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { windowOf } from '../../campaigns/campaign/campaign-window.js';
import type { Campaign } from '../../campaigns/campaign/campaign.entity.js';
import { CampaignsService } from '../../campaigns/campaign/campaigns.service.js';
import { Clock } from '../../platform/clock/clock.js';
import type { Config } from '../../platform/config/config.js';
import { CONFIG } from '../../platform/config/config.module.js';
import { Database } from '../../platform/database/database.js';
import { uuidV7 } from '../../rules/ids/uuid-v7.js';
import { nextTick } from '../../rules/calendar/cron.js';
import { dayOfRun } from '../../rules/calendar/day-of-run.js';
import { type Day, dayAt, startOfDay } from '../../rules/calendar/day.js';
import { paceSlices, type Release } from '../../rules/calendar/pace.js';
import { closesAt, isOpen, nextOpening } from '../../rules/calendar/send-window.js';
import * as queries from './slices.queries.js';

/**
 * How many recipients of a campaign may lie in unfinished slices. A million that are due today are let go bit by
 * bit: the first message leaves at once, and a pause has little to take back.
 */
export const HORIZON = 20_000;
const MINUTE_MS = 60_000;

export interface Sliced {
  /** Recipients that were let go. */
  messages: number;
  /** Set when the window is closed: when it opens. */
  closedUntil: Date | null;
}

const NOTHING: Sliced = { messages: 0, closedUntil: null };

/** Lets the recipients of a campaign go whose time has come, as many as its limits allow, cut into slices. */
@Injectable()
export class Slicer {
  constructor(
    private readonly database: Database,
    private readonly campaigns: CampaignsService,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** `release`: it is the daily run that asks, so today's work may begin. */
  async slice(organizationId: string, campaignId: string, { release = false } = {}): Promise<Sliced> {
    return this.database.transaction(async (tx) => {
      const campaign = await this.campaigns.lock(tx, organizationId, campaignId);
      if (campaign.status !== 'active' || campaign.senderId === null) return NOTHING;
      const now = this.clock.now();
      const today = dayAt(now, campaign.timeZone);
      if (release) await queries.setReleased(tx, campaignId, this.dayOfRun(campaign, now));
      const window = windowOf(campaign, this.config.sendWindow);
      if (!isOpen(window, now, campaign.timeZone)) {
        return { messages: 0, closedUntil: nextOpening(window, now, campaign.timeZone) };
      }
      const isReleased = release || campaign.startDate === null || campaign.releasedOn === today;
      const messages = await this.cut(tx, campaign, campaign.senderId, { now, today, isReleased });
      return { messages, closedUntil: null };
    });
  }

  /** The day that a daily run lets go now. */
  dayOfRun(campaign: Campaign, now: Date): Day {
    const { dailyRunAt, timeZone, sendWindow } = this.config;
    const nextRun = nextTick(dailyRunAt, timeZone, now);
    return dayOfRun(windowOf(campaign, sendWindow), now, campaign.timeZone, nextRun);
  }

  private async cut(
    tx: EntityManager,
    campaign: Campaign,
    senderId: string,
    { now, today, isReleased }: { now: Date; today: ReturnType<typeof dayAt>; isReleased: boolean },
  ): Promise<number> {
    const begins = startOfDay(today, campaign.timeZone);
    const target = { campaignId: campaign.id, senderId, today, begins, now };
    const due = await queries.dueWork(tx, target, HORIZON);
    const taken = await queries.takenToday(tx, target);
    const place = Math.max(0, HORIZON - due.underWay);
    // Somebody of today who is tried again has been counted; somebody of an earlier day takes a place of today.
    const free = campaign.dailySendLimit === null ? Infinity : Math.max(0, campaign.dailySendLimit - taken);
    const untaken = Math.min(due.retriesOfEarlier, free);
    const retries = Math.min(due.retriesOfToday + untaken, place);
    const pending = isReleased ? Math.min(due.pending, free - untaken, place - retries) : 0;
    if (retries + pending === 0) return 0;

    const window = windowOf(campaign, this.config.sendWindow);
    const closing = closesAt(window, now, campaign.timeZone)?.getTime() ?? Infinity;
    const earlier = await queries.releasesOf(tx, campaign.id, new Date(now.getTime() - MINUTE_MS));
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
    return again.recipients + first.recipients;
  }
}

/** The first so many recipients of the releases, and the rest; a release between the two is divided. */
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
