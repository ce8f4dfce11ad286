import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { MediaUse } from '../../media/media-use.service.js';
import * as queries from './campaigns.queries.js';

@Injectable()
export class CampaignsOfMedia extends MediaUse {
  override async campaignNames(
    tx: EntityManager,
    organizationId: string,
    assetId: string,
  ): Promise<string[]> {
    return queries.namesByAsset(tx, organizationId, assetId);
  }
}
