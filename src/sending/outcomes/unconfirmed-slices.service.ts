import { Injectable } from '@nestjs/common';
import { Campaigns } from '../../campaigns/campaign/campaigns.service.js';
import { CampaignStops } from '../../campaigns/stops/campaign-stops.service.js';
import { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import { Logger } from '../../platform/logging/logger.js';
import * as leases from '../slices/leases.queries.js';
import { HELD_TOO_LONG, UNCONFIRMED } from './fold-reports.js';
import { OutcomeEvents } from './outcome-events.service.js';
import { type DoubtfulSlice, settleUnconfirmed, type Terms } from './unconfirmed.queries.js';

/** Gives up the recipients of a slice whose term is over, and closes the slice and the campaign if they were the last. */
@Injectable()
export class UnconfirmedSlices {
  constructor(
    private readonly database: Database,
    private readonly campaigns: Campaigns,
    private readonly stops: CampaignStops,
    private readonly events: OutcomeEvents,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  async settle(slice: DoubtfulSlice, terms: Terms): Promise<void> {
    const settled = await this.database.transaction(async (tx) => {
      await this.campaigns.lock(tx, slice.organizationId, slice.campaignId);
      const now = this.clock.now();
      const reasons = { doubted: UNCONFIRMED, held: HELD_TOO_LONG };
      const ids = await settleUnconfirmed(tx, slice, { terms, reasons, now });
      await leases.closeSlice(tx, slice);
      await this.stops.settle(tx, [slice.campaignId]);
      await this.events.failed(tx, slice, ids, now);
      return ids.length;
    });
    if (settled === 0) return;
    const about = { campaignId: slice.campaignId, recipients: settled };
    this.logger.warn(about, 'sends stayed unconfirmed until their term was over and failed');
  }
}
