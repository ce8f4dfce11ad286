import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { type LinkDefinition, readLinks } from '../../links/link-definition.js';
import { type LinkOwner, TrackedLinks } from '../../links/tracked-links.service.js';
import type { LinkWriter } from '../../messages/links/link-values.js';
import { MessageLinks } from '../../messages/links/message-links.service.js';
import type { DomainError } from '../../rules/errors/domain-error.js';
import type { WhatsappTemplate } from '../../templates/api/whatsapp-template.entity.js';
import { describeTemplate } from '../../templates/rendering/template-parameters.js';

export interface LinkedCampaign {
  id: string;
  organizationId: string;
  templateName: string;
  templateComponents: unknown[] | null;
  links: Record<string, unknown> | null;
}

/** The links of a variant take the place of the campaign's; null: it has those of the campaign. */
export interface VariantLinks {
  number: number;
  links: Record<string, unknown> | null;
}

/** Where the tracked buttons of a campaign lead. */
@Injectable()
export class CampaignLinks {
  constructor(
    private readonly tracked: TrackedLinks,
    private readonly messages: MessageLinks,
  ) {}

  get prefix(): string {
    return this.messages.prefix;
  }

  /** 400 for links that cannot be read. */
  assertReadable(links: unknown): void {
    this.messages.read(links);
  }

  /** Why the campaign cannot be sent with these links; null: it can. */
  async refusal(
    campaign: Omit<LinkedCampaign, 'id'>,
    template: WhatsappTemplate | null,
  ): Promise<DomainError | null> {
    const { organizationId, templateName, templateComponents } = campaign;
    return this.messages.refusal(organizationId, definitionsOf(campaign.links), {
      name: templateName,
      description: template === null ? null : describeTemplate(template.components, template.parameterFormat),
      components: templateComponents,
    });
  }

  /** Part of the transaction that stores the campaign or its variant. */
  async store(
    tx: EntityManager,
    campaign: Pick<LinkedCampaign, 'id' | 'organizationId' | 'links'>,
    variant?: VariantLinks,
  ): Promise<void> {
    const links = variant === undefined ? campaign.links : variant.links;
    await this.tracked.replace(tx, ownerOf(campaign, variant?.number ?? 0), definitionsOf(links));
  }

  /** What stands in the tracked places of the messages, for the campaign itself or for one of its variants. */
  async writerOf(
    campaign: Pick<LinkedCampaign, 'id' | 'organizationId' | 'links'>,
    variant?: VariantLinks,
  ): Promise<LinkWriter> {
    const own = variant?.links ?? null;
    const links = own ?? campaign.links;
    if (definitionsOf(links).length === 0) return this.messages.writer([]);
    const owner = ownerOf(campaign, own === null ? 0 : (variant?.number ?? 0));
    return this.messages.writer(await this.tracked.numbersOf(owner));
  }

  /** The same for a message that is only looked at: a campaign that is not stored yet has no numbers. */
  sampleWriter(links: Record<string, unknown> | null): LinkWriter {
    return this.messages.writer(definitionsOf(links).map(({ place }) => ({ place, number: 0 })));
  }
}

export function definitionsOf(links: Record<string, unknown> | null): LinkDefinition[] {
  return readLinks(links).links;
}

function ownerOf(
  { id, organizationId }: Pick<LinkedCampaign, 'id' | 'organizationId'>,
  variant: number,
): LinkOwner {
  return { organizationId, kind: 'campaign', id, variant };
}
