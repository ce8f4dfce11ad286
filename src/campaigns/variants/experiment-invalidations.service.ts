import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { DomainEvents } from '../../events/domain-events.service.js';
import { Clock } from '../../platform/clock/clock.js';
import * as queries from './experiments.queries.js';

/**
 * Something has happened that makes an experiment prove nothing: it goes on, and claims no significance any more. To
 * pause the campaign as well is up to the caller (`CampaignStops`).
 */
@Injectable()
export class ExperimentInvalidations {
  constructor(
    private readonly events: DomainEvents,
    private readonly clock: Clock,
  ) {}

  /** Returns the campaigns whose experiments were valid until now. The others stay as they are. */
  async invalidate(tx: EntityManager, campaignIds: readonly string[], reason: string): Promise<string[]> {
    if (campaignIds.length === 0) return [];
    const now = this.clock.now();
    const invalidated = await queries.invalidate(tx, campaignIds, reason, now);
    await this.events.record(
      tx,
      invalidated.map(({ organizationId, campaignId, name }) => ({
        ...{ organizationId, campaignId, objectId: campaignId, customerId: null, occurredAt: now },
        kind: 'experiment.invalid' as const,
        data: { campaignId, name, reason },
      })),
    );
    return invalidated.map(({ campaignId }) => campaignId);
  }
}
