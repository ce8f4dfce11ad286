import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { type UsedTemplate, TemplateUse } from '../../templates/writing/template-use.service.js';
import * as queries from './campaigns.queries.js';

@Injectable()
export class CampaignsOfTemplate extends TemplateUse {
  override async campaignNames(
    tx: EntityManager,
    template: UsedTemplate,
    when: 'running' | 'not-ended',
  ): Promise<string[]> {
    const states = when === 'running' ? (['active'] as const) : (['scheduled', 'active', 'paused'] as const);
    return queries.namesByTemplate(tx, template, states);
  }
}
