import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { DomainError, notFound } from '../../rules/errors/domain-error.js';
import type { TemplatePreview } from '../../templates/rendering/preview-template.js';
import { templateMessage } from '../../whatsapp/payloads/message-payload.js';
import { describeTemplate } from '../../templates/rendering/template-parameters.js';
import { CampaignLinks, definitionsOf } from './campaign-links.service.js';
import { CampaignReadiness } from './campaign-readiness.service.js';
import { type PreviewLink, previewLinks } from './preview-links.js';
import { valuesOf } from './sample-recipient.js';
import { sampleRecipient } from './campaign-readiness.queries.js';
import type { Campaign } from '../campaign/campaign.entity.js';
import { CampaignVariants } from '../variants/campaign-variants.service.js';
import { asVariant } from '../variants/experiment.js';
import { Campaigns } from '../campaign/campaigns.service.js';

/** Whose message to render, and with which values. */
export interface PreviewRequest {
  phoneNumber?: string | undefined;
  variables?: Record<string, unknown> | undefined;
  /** The key of a variant of the campaign's experiment; absent: the campaign's own message. */
  variant?: string | undefined;
}

export interface CampaignPreview {
  phoneNumber: string | null;
  complete: boolean;
  problems: { component: string; name: string; detail: string }[];
  /** The message object that would be sent to Meta. */
  payload: Record<string, unknown>;
  /** The texts as the customer sees them; null when the template is unknown. */
  message: TemplatePreview | null;
  /** Its buttons with addresses, and which of them are counted. */
  links: PreviewLink[];
}

/** Stands in for a recipient while a campaign has none. */
const PLACEHOLDER = { id: '', phoneNumber: '+10000000000', name: null, variables: null, customer: null };

@Injectable()
export class CampaignPreviews {
  constructor(
    private readonly database: Database,
    private readonly campaigns: Campaigns,
    private readonly readiness: CampaignReadiness,
    private readonly variants: CampaignVariants,
    private readonly links: CampaignLinks,
  ) {}

  async preview(organizationId: string, id: string, request: PreviewRequest): Promise<CampaignPreview> {
    const { campaign, message, template, recipient, values, rendered } = await this.sample(
      organizationId,
      id,
      request,
    );
    const components = rendered.ok ? rendered.components : rendered.draft;
    const problems = rendered.ok ? [] : rendered.problems;
    return {
      phoneNumber: recipient?.phoneNumber ?? null,
      complete: rendered.ok,
      problems: problems.map(({ component, name, detail }) => ({ component, name, detail })),
      payload: templateMessage(
        { to: { phone: recipient?.phoneNumber ?? PLACEHOLDER.phoneNumber } },
        { name: campaign.templateName, language: campaign.languageCode, components },
      ),
      message: message.preview(components),
      links: previewLinks(
        definitionsOf(campaign.links),
        template === null ? null : describeTemplate(template.components, template.parameterFormat),
        { prefix: this.links.prefix, values, defaults: campaign.templateVariables },
      ),
    };
  }

  /** The message as the given recipient, or the first one, would get it; `variables` replace the recipient's own. */
  async sample(organizationId: string, id: string, { phoneNumber, variables, variant }: PreviewRequest) {
    const known = await this.campaigns.get(organizationId, id);
    const campaign = variant === undefined ? known : await this.ofVariant(known, variant);
    const { message, template } = await this.readiness.messageOf(campaign);
    const recipient = await sampleRecipient(this.database.manager, id, phoneNumber);
    if (recipient === undefined && phoneNumber !== undefined) {
      throw new DomainError('rule', 'not_a_recipient', `${phoneNumber} is not a recipient of this campaign.`);
    }
    const like = recipient ?? PLACEHOLDER;
    // Without the id of the recipient: a look at the message is nobody's click.
    const values = valuesOf({ ...like, id: undefined, variables: variables ?? like.variables });
    const rendered = message.render(values);
    return { campaign, message, template, recipient, values, rendered };
  }

  private async ofVariant(campaign: Campaign, key: string): Promise<Campaign> {
    const experiment = await this.variants.of(this.database.manager, campaign.id);
    const variant = experiment?.variants.find((one) => one.key === key);
    if (variant === undefined) throw notFound('variant', key);
    return asVariant(campaign, variant);
  }
}
