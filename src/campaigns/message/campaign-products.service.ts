import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Clock } from '../../platform/clock/clock.js';
import { type ProductNames, productsIn } from '../../product-messages/templates/component-products.js';
import {
  type ProductCheck,
  TemplateProducts,
} from '../../product-messages/templates/template-products.service.js';
import { DomainError } from '../../rules/errors/domain-error.js';
import type { WhatsappTemplate } from '../../templates/api/whatsapp-template.entity.js';
import type { Campaign } from '../campaign/campaign.entity.js';
import { type CampaignMessage, campaignMessage } from './campaign-message.js';
import * as queries from './campaign-products.queries.js';

/** Stands in for the catalog while the products are collected. */
const ANY_CATALOG: ProductNames = { skus: new Map(), metaCatalogId: 'any' };
const SHOWN = 50;

/** The products that a campaign's message shows. */
@Injectable()
export class CampaignProducts {
  constructor(
    private readonly products: TemplateProducts,
    private readonly clock: Clock,
  ) {}

  /** The message with its products under the names that Meta knows. */
  async messageOf(campaign: Campaign, template: WhatsappTemplate | null): Promise<CampaignMessage> {
    return campaignMessage(campaign, template, await this.namesOf(campaign, template));
  }

  /** Undefined: the message has no place for products. */
  async namesOf(campaign: Campaign, template: WhatsappTemplate | null): Promise<ProductNames | undefined> {
    const references = referencesOf(campaign, template);
    return references === null
      ? undefined
      : this.products.namesOf(campaign.organizationId, campaign.senderId, references);
  }

  /** Asks Meta which catalog is connected, so it comes before the transaction of a start. Null: it names no product. */
  async check(campaign: Campaign, template: WhatsappTemplate | null): Promise<ProductCheck | null> {
    const references = referencesOf(campaign, template) ?? [];
    if (references.length === 0) return null;
    return this.products.check(campaign.organizationId, campaign.senderId, references);
  }

  /** Refuses products that cannot be sent, and notes the others, whose shares are counted from now on. */
  async settle(tx: EntityManager, campaign: Campaign, check: ProductCheck | null): Promise<void> {
    const refusal = refusedProducts(check);
    if (refusal !== null) throw refusal;
    await queries.noteProducts(tx, campaign, check?.products ?? [], this.clock.now());
  }
}

/** Null: all products can be sent. */
export function refusedProducts(check: ProductCheck | null): DomainError | null {
  const { refused } = check ?? { refused: [] };
  if (refused.length === 0) return null;
  const errors = refused.slice(0, SHOWN).map(({ reference, message }) => ({
    field: 'templateVariables',
    message: `${reference} ${message}`,
  }));
  const detail = `The campaign shows products that cannot be sent: ${errors.map(({ message }) => message).join('; ')}.`;
  return new DomainError('rule', 'product_not_sendable', detail, { errors });
}

/** Those that every recipient gets. Values of single recipients are SKUs, and Meta judges them. */
function referencesOf(campaign: Campaign, template: WhatsappTemplate | null): string[] | null {
  const message = campaignMessage(campaign, template, ANY_CATALOG);
  const rendered = message.render({});
  const references = productsIn(rendered.ok ? rendered.components : rendered.draft);
  return references.length > 0 || message.showsProducts ? references : null;
}
