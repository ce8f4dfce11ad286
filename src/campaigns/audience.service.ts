import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Clock } from '../platform/clock/clock.js';
import { DomainError } from '../platform/errors/domain-error.js';
import { type Sql, sql } from '../platform/database/sql.js';
import { AddRecipientsService, type CampaignRef } from '../recipients/add-recipients.service.js';
import type { AddResult } from '../recipients/add-result.js';
import { compileSegment } from '../segments/compile-segment.js';
import { parseSegment } from '../segments/parse-segment.js';
import type { Campaign } from './campaign.entity.js';
import { CampaignReadiness } from './campaign-readiness.service.js';

/** Who a campaign goes to when it names a rule instead of people: taken as it is at the moment of the start. */
@Injectable()
export class AudienceService {
  constructor(
    private readonly add: AddRecipientsService,
    private readonly readiness: CampaignReadiness,
    private readonly clock: Clock,
  ) {}

  /** Fills a campaign of the WhatsApp face from its target; one that lists its people has them already. */
  async fill(tx: EntityManager, campaign: Campaign): Promise<void> {
    const { id, organizationId, targetType } = campaign;
    if (targetType === 'manual' || targetType === 'imported') return;
    const ref: CampaignRef = { id, organizationId, isMarketing: await this.readiness.isMarketing(campaign) };
    if (targetType === 'responders' && campaign.sourceCampaignId !== null) {
      await this.add.addResponders(tx, ref, campaign.sourceCampaignId);
    } else {
      const everybody = sql`SELECT p.id AS customer_id FROM user_profiles p WHERE p.organization_id = ${organizationId}`;
      const audience = targetType === 'all' ? everybody : this.segment(organizationId, campaign.segmentQuery);
      await this.add.addAudience(tx, ref, audience);
    }
  }

  async addTargetAudience(
    tx: EntityManager,
    ref: CampaignRef,
    targetAudience: Record<string, unknown>,
  ): Promise<AddResult> {
    return this.add.addAudience(tx, ref, this.segment(ref.organizationId, queryOf(targetAudience)));
  }

  private segment(organizationId: string, query: unknown): Sql {
    const parsed = parseSegment(query, this.clock.now());
    if (!parsed.ok)
      throw new DomainError('rule', 'bad_segment', 'The segment cannot be read.', { errors: parsed.errors });
    const condition = compileSegment(parsed.segment, organizationId);
    return sql`SELECT p.id AS customer_id FROM user_profiles p
                WHERE p.organization_id = ${organizationId} AND ${condition}`;
  }
}

function queryOf(targetAudience: Record<string, unknown>): unknown {
  const { segment, tags, ...columns } = targetAudience;
  return {
    logic: 'AND',
    conditions: [
      ...Object.entries(columns).map(([field, value]) => ({ field, operator: 'eq', value })),
      ...(tags === undefined ? [] : [{ field: 'tags', operator: 'in', value: tags }]),
      ...(segment === undefined ? [] : [segment]),
    ],
  };
}
