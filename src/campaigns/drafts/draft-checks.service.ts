import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { MediaAssets } from '../../media/media-assets.service.js';
import { assetsNamed } from '../../media/message-files.js';
import { DomainError } from '../../rules/errors/domain-error.js';
import { Senders } from '../../senders/directory/senders.service.js';
import type { CampaignSettings } from '../campaign/campaign-fields.js';
import type { CampaignInput } from '../campaign/campaign-input.js';
import { Campaigns } from '../campaign/campaigns.service.js';
import { Audiences } from '../intake/audience.service.js';
import { CampaignLinks, type LinkedCampaign } from '../message/campaign-links.service.js';
import { CampaignReadiness } from '../message/campaign-readiness.service.js';

type Checked = Pick<
  CampaignInput,
  'senderId' | 'sourceCampaignId' | 'segmentQuery' | 'targetAudience' | 'targetType' | 'templateName'
> &
  Pick<CampaignSettings, 'languageCode' | 'links' | 'templateComponents'>;

/** What a campaign refers to must exist before the campaign is stored: its audience, its sender and its template. */
@Injectable()
export class DraftChecks {
  constructor(
    private readonly campaigns: Campaigns,
    private readonly audience: Audiences,
    private readonly senders: Senders,
    private readonly readiness: CampaignReadiness,
    private readonly media: MediaAssets,
    private readonly links: CampaignLinks,
  ) {}

  /** Checks all of them and returns the sender that the campaign will use; null when no sender exists yet. */
  async senderOf(organizationId: string, input: Checked): Promise<string | null> {
    this.links.assertReadable(input.links);
    this.audience.assertReadable(input);
    await this.assertTarget(organizationId, input);
    const senderId = await this.senderIdOf(organizationId, input.senderId);
    const { templateName, languageCode } = input;
    const template = await this.readiness.templateOf({
      organizationId,
      senderId,
      templateName,
      languageCode,
    });
    const refusal = await this.links.refusal({ ...input, organizationId }, template);
    if (refusal !== null) throw refusal;
    return senderId;
  }

  /** Part of the transaction that stores the campaign. */
  async storeLinks(
    tx: EntityManager,
    campaign: Pick<LinkedCampaign, 'id' | 'organizationId' | 'links'>,
  ): Promise<void> {
    await this.links.store(tx, campaign);
  }

  /** Part of the transaction that stores the campaign: a file that it names cannot be removed at the same moment. */
  async holdFiles(
    tx: EntityManager,
    organizationId: string,
    {
      templateVariables,
      templateComponents,
    }: Pick<CampaignInput, 'templateVariables' | 'templateComponents'>,
  ): Promise<void> {
    const assets = assetsNamed(templateVariables, templateComponents);
    if (assets.length > 0) await this.media.hold(tx, organizationId, assets);
  }

  private async assertTarget(
    organizationId: string,
    { targetType, sourceCampaignId = null, segmentQuery = null }: Checked,
  ): Promise<void> {
    if (targetType === 'responders') {
      if (sourceCampaignId === null) {
        throw new DomainError('rule', 'source_missing', 'targetType responders needs the sourceCampaignId.');
      }
      await this.campaigns.get(organizationId, sourceCampaignId);
    }
    if (targetType === 'segment' && segmentQuery === null) {
      throw new DomainError('rule', 'segment_missing', 'targetType segment needs a segmentQuery.');
    }
  }

  private async senderIdOf(organizationId: string, named: string | null | undefined): Promise<string | null> {
    if (named === null || named === undefined) return this.defaultSenderId(organizationId);
    await this.senders.get(organizationId, named);
    return named;
  }

  /** A campaign may be created before a sender is connected; it cannot start before. */
  private async defaultSenderId(organizationId: string): Promise<string | null> {
    try {
      return (await this.senders.defaultSender(organizationId)).id;
    } catch (error) {
      if (error instanceof DomainError && error.code === 'no_sender') return null;
      throw error;
    }
  }
}
