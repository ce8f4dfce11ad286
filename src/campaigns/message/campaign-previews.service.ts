import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { DomainError } from '../../rules/errors/domain-error.js';
import { templateMessage } from '../../whatsapp/payloads/message-payload.js';
import type { CampaignPreviewDto, PreviewCampaignDto } from '../api/campaign-preview.dto.js';
import { CampaignReadiness } from './campaign-readiness.service.js';
import { valuesOf } from './sample-recipient.js';
import { sampleRecipient } from './campaign-readiness.queries.js';
import { CampaignsService } from '../campaign/campaigns.service.js';

/** Stands in for a recipient where a campaign has none yet. */
const NOBODY = { id: '', phoneNumber: '+10000000000', name: null, variables: null, customer: null };

@Injectable()
export class CampaignPreviews {
  constructor(
    private readonly database: Database,
    private readonly campaigns: CampaignsService,
    private readonly readiness: CampaignReadiness,
  ) {}

  async preview(
    organizationId: string,
    id: string,
    request: PreviewCampaignDto,
  ): Promise<CampaignPreviewDto> {
    const { campaign, message, recipient, rendered } = await this.sample(organizationId, id, request);
    const components = rendered.ok ? rendered.components : rendered.draft;
    const problems = rendered.ok ? [] : rendered.problems;
    return {
      phoneNumber: recipient?.phoneNumber ?? null,
      complete: rendered.ok,
      problems: problems.map(({ component, name, detail }) => ({ component, name, detail })),
      payload: templateMessage(
        { to: { phone: recipient?.phoneNumber ?? NOBODY.phoneNumber } },
        { name: campaign.templateName, language: campaign.languageCode, components },
      ),
      message: message.preview(components) as Record<string, unknown> | null,
    };
  }

  /** The message as one of the recipients would get it, or the first of them, with other values if they are given. */
  async sample(organizationId: string, id: string, { phoneNumber, variables }: PreviewCampaignDto) {
    const campaign = await this.campaigns.get(organizationId, id);
    const { message, template } = await this.readiness.messageOf(campaign);
    const recipient = await sampleRecipient(this.database.manager, id, phoneNumber);
    if (recipient === undefined && phoneNumber !== undefined) {
      throw new DomainError('rule', 'not_a_recipient', `${phoneNumber} is not a recipient of this campaign.`);
    }
    const like = recipient ?? NOBODY;
    const rendered = message.render(valuesOf({ ...like, variables: variables ?? like.variables }));
    return { campaign, message, template, recipient, rendered };
  }
}
