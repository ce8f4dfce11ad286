import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { CampaignStops } from './stops/campaign-stops.service.js';
import { activeWith, type UsedTemplate } from './template-campaigns.queries.js';

/** What news of a template means for the campaigns that send it. */
@Injectable()
export class TemplateCampaigns {
  constructor(private readonly stops: CampaignStops) {}

  /** A campaign that goes on with a template nobody may send would fail for everybody who is left. */
  async pause(tx: EntityManager, template: UsedTemplate, reason: string): Promise<void> {
    const ids = await activeWith(tx, template);
    if (ids.length > 0) await this.stops.pause(tx, ids, reason);
  }
}
