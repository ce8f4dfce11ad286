import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { CampaignStops } from '../../campaigns/stops/campaign-stops.service.js';
import { CampaignsService } from '../../campaigns/campaign/campaigns.service.js';
import { Clock } from '../../platform/clock/clock.js';
import { Cron } from '../../platform/timetable/timetable.js';
import { Database } from '../../platform/database/database.js';
import type { Logger } from '../../platform/logging/logger.js';
import { LOGGER } from '../../platform/logging/logging.module.js';
import * as leases from '../slices/leases.queries.js';
import { type DoubtfulSlice, findDoubtful, settleUnconfirmed } from './unconfirmed.queries.js';

const DAY_MS = 86_400_000;
const SLICES_AT_ONCE = 500;
const KEEP_SLICES_MS = 2 * DAY_MS;

/**
 * Sends of which nobody has told what became of them: a day later they count as failed, `unconfirmed`. They are never
 * sent again by themselves; a status that comes even later still settles them.
 */
@Injectable()
export class Unconfirmed implements OnModuleInit {
  constructor(
    private readonly cron: Cron,
    private readonly database: Database,
    private readonly campaigns: CampaignsService,
    private readonly stops: CampaignStops,
    private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onModuleInit(): void {
    this.cron.register({
      name: 'settle unconfirmed sends',
      expression: '* * * * *',
      timeZone: 'UTC',
      missed: 'last',
      run: () => this.settle(),
    });
    this.cron.register({
      name: 'purge slices',
      expression: '23 * * * *',
      timeZone: 'UTC',
      missed: 'last',
      run: async () => {
        const before = new Date(this.clock.now().getTime() - KEEP_SLICES_MS);
        await leases.purgeDone(this.database.manager, before);
      },
    });
  }

  async settle(): Promise<void> {
    const before = new Date(this.clock.now().getTime() - DAY_MS);
    for (;;) {
      const doubtful = await findDoubtful(this.database.manager, before, SLICES_AT_ONCE);
      for (const slice of doubtful) await this.settleSlice(slice, before);
      if (doubtful.length < SLICES_AT_ONCE) return;
    }
  }

  private async settleSlice(slice: DoubtfulSlice, before: Date): Promise<void> {
    const settled = await this.database.transaction(async (tx) => {
      await this.campaigns.lock(tx, slice.organizationId, slice.campaignId);
      const now = this.clock.now();
      const count = await settleUnconfirmed(tx, slice, { before, now });
      await leases.closeSlice(tx, slice);
      await this.stops.settle(tx, [slice.campaignId]);
      return count;
    });
    if (settled === 0) return;
    const about = { campaignId: slice.campaignId, recipients: settled };
    this.logger.warn(about, 'sends stayed unconfirmed for a day and count as failed');
  }
}
