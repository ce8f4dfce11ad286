import { isDeepStrictEqual } from 'node:util';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { LinkWriter } from '../../messages/links/link-values.js';
import { MediaAssets } from '../../media/media-assets.service.js';
import { filesIn } from '../../media/message-files.js';
import { assertFits } from '../../media/message-media.service.js';
import { DomainError } from '../../rules/errors/domain-error.js';
import { Templates } from '../../templates/api/templates.service.js';
import type { WhatsappTemplate } from '../../templates/api/whatsapp-template.entity.js';
import type { ProductCheck } from '../../product-messages/templates/template-products.service.js';
import type { ProductNames } from '../../product-messages/templates/component-products.js';
import { type CampaignMessage, campaignMessage } from './campaign-message.js';
import { CampaignLinks } from './campaign-links.service.js';
import { CampaignProducts, refusedProducts } from './campaign-products.service.js';
import { samplePending } from './campaign-readiness.queries.js';
import type { Campaign } from '../campaign/campaign.entity.js';
import { linkedMessage } from './linked-message.js';
import { plainValues } from './plain-values.js';
import { missingIn } from './missing-values.js';
import type { SampleRecipient } from './sample-recipient.js';

/** Small enough for a page to be collected while it is young: a million recipients pass through here. */
const PAGE = 1_000;
const SHOWN = 10;

type TemplateQuestion = Pick<Campaign, 'organizationId' | 'senderId' | 'templateName' | 'languageCode'>;

interface PreparedLinks {
  refusal: DomainError | null;
  writer: LinkWriter;
}

interface PreparedProducts {
  names: ProductNames | undefined;
  check: ProductCheck | null;
}

/** What the look-up of a campaign's template gave; a refusal counts only when nothing else stands in the way first. */
export type PreparedTemplate = { question: TemplateQuestion } & (
  { template: WhatsappTemplate | null } | { refusal: DomainError }
);

/** The same before a start, with the products that the message shows. */
export type PreparedStart = { question: Campaign } & (
  | { template: WhatsappTemplate | null; products: PreparedProducts; links: PreparedLinks }
  | { refusal: DomainError }
);

export interface Obstacles {
  refusals: DomainError[];
  message: CampaignMessage | null;
  /** It needs no values of a recipient. */
  isComplete: boolean;
}

function foundIn(prepared: PreparedTemplate): WhatsappTemplate | null {
  if ('refusal' in prepared) throw prepared.refusal;
  return prepared.template;
}

/** False: the campaign has been given another template, sender or values since the look-up. */
export function isPreparedFor({ question }: PreparedStart, campaign: Campaign): boolean {
  return hasSameMessage(question, campaign);
}

export function hasSameMessage(one: Campaign, other: Campaign): boolean {
  return (
    one.senderId === other.senderId &&
    one.templateName === other.templateName &&
    one.languageCode === other.languageCode &&
    isDeepStrictEqual(one.templateVariables, other.templateVariables) &&
    isDeepStrictEqual(one.templateComponents, other.templateComponents) &&
    isDeepStrictEqual(one.links, other.links)
  );
}

/** A template of unknown category counts as marketing. */
export function isMarketing(prepared: PreparedTemplate): boolean {
  const template = foundIn(prepared);
  return template === null || template.category === 'MARKETING';
}

/** Checks that a campaign can be sent as it stands, before the first message goes out. */
@Injectable()
export class CampaignReadiness {
  constructor(
    private readonly templates: Templates,
    private readonly products: CampaignProducts,
    private readonly media: MediaAssets,
    private readonly links: CampaignLinks,
  ) {}

  /**
   * The template of a campaign. Null when templates cannot be looked up at all (no account is known, or Meta does not
   * answer): Meta then judges the first message. A template that Meta does not list is rejected.
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

  async isMarketing(campaign: TemplateQuestion): Promise<boolean> {
    return isMarketing({ question: campaign, template: await this.templateOf(campaign) });
  }

  async messageOf(
    campaign: Campaign,
  ): Promise<{ message: CampaignMessage; template: WhatsappTemplate | null }> {
    const template = await this.templateOf(campaign);
    const message = await this.products.messageOf(campaign, template);
    return { message: linkedMessage(message, await this.links.writerOf(campaign)), template };
  }

  /**
   * Looks template and products up before the transaction of a start: it may mean asking Meta, which must not hold a
   * lock.
   */
  async prepare(campaign: Campaign): Promise<PreparedStart> {
    try {
      const template = await this.templateOf(campaign);
      const check = await this.products.check(campaign, template);
      const names = await this.products.namesOf(campaign, template);
      const links = {
        refusal: await this.links.refusal(campaign, template),
        writer: this.links.sampleWriter(campaign.links),
      };
      return { question: campaign, template, products: { names, check }, links };
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      return { question: campaign, refusal: error };
    }
  }

  /**
   * Rejects a campaign whose template is not approved, shows products that cannot be sent, or cannot be filled for every
   * recipient.
   */
  async assertReady(tx: EntityManager, campaign: Campaign, prepared: PreparedStart): Promise<void> {
    if ('refusal' in prepared) throw prepared.refusal;
    const { template: found, products, links } = prepared;
    const template = found === null ? null : await this.templates.current(tx, found);
    const message = linkedMessage(campaignMessage(campaign, template, products.names), links.writer);
    const refusal = notApproved(template) ?? links.refusal;
    if (refusal !== null) throw refusal;
    await this.products.settle(tx, campaign, products.check);
    const rendered = message.render({});
    await this.assertFiles(tx, campaign, rendered.ok ? rendered.components : rendered.draft);
    // A message that is complete without a recipient's own values is complete for all; otherwise all are checked.
    if (rendered.ok) return;
    await this.assertFilledForAll(tx, campaign, message);
  }

  /**
   * What stands in the way of a start in the message itself, all of it at once and without the locks and notes of a
   * start. `message`: null when it cannot be made at all.
   */
  async obstacles(campaign: Campaign, prepared: PreparedStart): Promise<Obstacles> {
    if ('refusal' in prepared) return { refusals: [prepared.refusal], message: null, isComplete: false };
    const { template, products, links } = prepared;
    const message = linkedMessage(campaignMessage(campaign, template, products.names), links.writer);
    const rendered = message.render({});
    const files = await this.refusedFiles(campaign, rendered.ok ? rendered.components : rendered.draft);
    const refusals = [notApproved(template), links.refusal, refusedProducts(products.check), ...files];
    return { refusals: refusals.filter((one) => one !== null), message, isComplete: rendered.ok };
  }

  private async refusedFiles(
    { organizationId }: Campaign,
    components: readonly object[],
  ): Promise<DomainError[]> {
    const refused: DomainError[] = [];
    for (const { asset, format } of filesIn(components)) {
      try {
        assertFits(asset, format, (await this.media.get(organizationId, asset)).kind);
      } catch (error) {
        if (!(error instanceof DomainError)) throw error;
        refused.push(error);
      }
    }
    return refused;
  }

  /** The files that all messages share: each still exists, and is of the kind that its place needs. */
  private async assertFiles(
    tx: EntityManager,
    { organizationId }: Campaign,
    components: readonly object[],
  ): Promise<void> {
    const files = filesIn(components);
    if (files.length === 0) return;
    const kinds = await this.media.hold(
      tx,
      organizationId,
      files.map(({ asset }) => asset),
    );
    for (const { asset, format } of files) assertFits(asset, format, kinds.get(asset) ?? '');
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
        const missing = missingIn(message, recipient);
        if (missing === null) continue;
        unfilled++;
        if (problems.length < SHOWN) problems.push({ field: recipient.phoneNumber, message: missing });
      }
      after = page.at(-1)?.id ?? null;
      if (page.length < PAGE) break;
    }
    if (unfilled === 0) return;
    const detail =
      `The template ${campaign.templateName} cannot be filled for ${unfilled} of the recipients: ` +
      `${problems[0]?.message ?? ''}. Give them values, or give the campaign defaults such as "{{name|there}}".`;
    throw new DomainError('rule', 'variables_missing', detail, { errors: problems });
  }
}

/** Null: it is approved, or only Meta knows. */
function notApproved(template: WhatsappTemplate | null): DomainError | null {
  if (template === null || template.status === 'APPROVED') return null;
  const why = template.statusReason === null ? '' : ` (${template.statusReason})`;
  const detail = `The template ${template.name} is ${template.status}${why}: only an approved template can be sent.`;
  return new DomainError('rule', 'template_not_approved', detail);
}
