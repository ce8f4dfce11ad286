import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { DomainError } from '../../rules/errors/domain-error.js';
import type { RenderedTemplate } from '../../templates/rendering/render-template.js';
import { TemplatesService } from '../../templates/api/templates.service.js';
import type { WhatsappTemplate } from '../../templates/api/whatsapp-template.entity.js';
import { type CampaignMessage, campaignMessage } from './campaign-message.js';
import { samplePending } from './campaign-readiness.queries.js';
import type { Campaign } from '../campaign/campaign.entity.js';
import { plainValues } from './plain-values.js';
import { type SampleRecipient, valuesOf } from './sample-recipient.js';

/** Small enough to be forgotten before they are old: a million recipients pass through here. */
const PAGE = 1_000;
const SHOWN = 10;

type TemplateQuestion = Pick<Campaign, 'organizationId' | 'senderId' | 'templateName' | 'languageCode'>;

/** Whether a campaign can be sent as it stands: said before the first message goes out, not after. */
@Injectable()
export class CampaignReadiness {
  constructor(private readonly templates: TemplatesService) {}

  /**
   * The template of a campaign. Null when templates cannot be asked about at all (no account is known, or Meta does
   * not answer): then Meta judges at the first message. A template that Meta does not list is refused.
   */
  async templateOf(campaign: TemplateQuestion): Promise<WhatsappTemplate | null> {
    const { organizationId, senderId, templateName, languageCode } = campaign;
    try {
      return await this.templates.findTemplate(
        organizationId,
        templateName,
        languageCode,
        senderId ?? undefined,
      );
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      if (error.code === 'template_unknown') throw error;
      return null;
    }
  }

  /** Rules for marketing hold for whatever is not known to be something else. */
  async isMarketing(campaign: TemplateQuestion): Promise<boolean> {
    const template = await this.templateOf(campaign);
    return template === null || template.category === 'MARKETING';
  }

  async messageOf(
    campaign: Campaign,
  ): Promise<{ message: CampaignMessage; template: WhatsappTemplate | null }> {
    const template = await this.templateOf(campaign);
    return { message: campaignMessage(campaign, template), template };
  }

  /** Refuses a campaign whose template may not be sent, or cannot be filled for everybody. */
  async assertReady(tx: EntityManager, campaign: Campaign): Promise<void> {
    const { message, template } = await this.messageOf(campaign);
    if (template !== null && template.status !== 'APPROVED') {
      const why = template.statusReason === null ? '' : ` (${template.statusReason})`;
      const detail = `The template ${template.name} is ${template.status}${why}: only an approved one can be sent.`;
      throw new DomainError('rule', 'template_not_approved', detail);
    }
    // What fits without anybody's own values fits for all; otherwise everybody is looked at.
    if (message.render({}).ok) return;
    await this.assertFilledForAll(tx, campaign, message);
  }

  private async assertFilledForAll(
    tx: EntityManager,
    campaign: Campaign,
    message: CampaignMessage,
  ): Promise<void> {
    const problems: { field: string; message: string }[] = [];
    let unfilled = 0;
    const [first] = await samplePending(tx, campaign.id, { after: null, limit: 1 }, null);
    const plain = first === undefined ? null : plainValues(message, campaign, first);
    for (let after: string | null = null; ;) {
      const page: SampleRecipient[] = await samplePending(tx, campaign.id, { after, limit: PAGE }, plain);
      for (const recipient of page) {
        const rendered = message.render(valuesOf(recipient));
        if (rendered.ok) continue;
        unfilled++;
        if (problems.length < SHOWN) problems.push({ field: recipient.phoneNumber, message: told(rendered) });
      }
      after = page.at(-1)?.id ?? null;
      if (page.length < PAGE) break;
    }
    if (unfilled === 0) return;
    const detail =
      `The template ${campaign.templateName} cannot be filled for ${unfilled} of the recipients: ` +
      `${problems[0]?.message ?? ''}. Give them values, or the campaign defaults such as "{{name|there}}".`;
    throw new DomainError('rule', 'variables_missing', detail, { errors: problems });
  }
}

function told(rendered: Extract<RenderedTemplate, { ok: false }>): string {
  return rendered.problems.map(({ component, name, detail }) => `${component} ${name}: ${detail}`).join('; ');
}
