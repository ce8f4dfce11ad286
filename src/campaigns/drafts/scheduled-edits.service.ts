import { isDeepStrictEqual } from 'node:util';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { DomainError } from '../../rules/errors/domain-error.js';
import { Campaign } from '../campaign/campaign.entity.js';
import { Campaigns } from '../campaign/campaigns.service.js';
import { Audiences } from '../intake/audience.service.js';
import {
  CampaignReadiness,
  hasSameMessage,
  type PreparedStart,
} from '../message/campaign-readiness.service.js';
import type { StoredSettings } from '../campaign/campaign-input.js';

/** What a change of a scheduled campaign asks for. */
export interface Resettling {
  prepared: PreparedStart;
  hasOtherTarget: boolean;
}

/**
 * A scheduled campaign starts without being looked at again, so a change does to it what sending did: another message is
 * checked with its products for every recipient, and another rule chooses the people again.
 */
@Injectable()
export class ScheduledEdits {
  constructor(
    private readonly campaigns: Campaigns,
    private readonly audiences: Audiences,
    private readonly readiness: CampaignReadiness,
  ) {}

  /** Before the transaction: Meta may have to be asked. Undefined: neither message nor target changes. */
  async prepare(known: Campaign, fields: StoredSettings): Promise<Resettling | undefined> {
    const changed = withSettings(known, fields);
    const hasOtherTarget = !isDeepStrictEqual(targetOf(known), targetOf(changed));
    if (!hasOtherTarget && hasSameMessage(known, changed)) return undefined;
    return { prepared: await this.readiness.prepare(changed), hasOtherTarget };
  }

  /** The caller holds the campaign, which is stored as it is to be. */
  async settle(tx: EntityManager, campaign: Campaign, change: Resettling): Promise<void> {
    const { prepared, hasOtherTarget } = change;
    if (hasOtherTarget) {
      await this.audiences.empty(tx, campaign);
      await this.audiences.fill(tx, campaign, prepared);
      const { totalTargetCustomers } = await this.campaigns.lock(tx, campaign.organizationId, campaign.id);
      if (totalTargetCustomers === 0) {
        const detail = 'With this change nobody would get the campaign: unschedule it first.';
        throw new DomainError('rule', 'no_recipients', detail);
      }
    }
    await this.readiness.assertReady(tx, campaign, prepared);
  }
}

/** The campaign as it is going to be. */
export function withSettings(campaign: Campaign, fields: StoredSettings): Campaign {
  return Object.assign(new Campaign(), campaign, fields);
}

function targetOf({ targetType, segmentQuery, sourceCampaignId }: Campaign): object {
  return { targetType, segmentQuery, sourceCampaignId };
}
