import { Injectable } from '@nestjs/common';
import { type MadeMessage, VariantMessages } from '../../campaigns/message/variant-messages.service.js';
import { Campaigns } from '../../campaigns/campaign/campaigns.service.js';
import { CampaignStops } from '../../campaigns/stops/campaign-stops.service.js';
import { MessageMedia } from '../../media/message-media.service.js';
import { Database } from '../../platform/database/database.js';
import { DomainError } from '../../rules/errors/domain-error.js';
import { type SenderCredentials, Senders } from '../../senders/directory/senders.service.js';

import { contentFor, type MessageContent, type MessageContents } from '../claims/message-contents.js';

/** A template of unknown category counts as marketing. */
const MARKETING = 'MARKETING';

/** What all messages of a campaign have in common. */
export interface SendContext {
  organizationId: string;
  isMarketing: boolean;
  contents: MessageContents;
  credentials: SenderCredentials;
  throughputPerSecond: number;
}

const FRESH_MS = 5_000;
const WAIT_SECONDS = 30;

/** Reads and compiles once what many slices need. Changes of template and token take effect within seconds. */
@Injectable()
export class SendContexts {
  private readonly known = new Map<string, { until: number; context: Promise<SendContext> }>();

  constructor(
    private readonly database: Database,
    private readonly campaigns: Campaigns,
    private readonly messages: VariantMessages,
    private readonly senders: Senders,
    private readonly stops: CampaignStops,
    private readonly media: MessageMedia,
  ) {}

  /**
   * Undefined: no message of the campaign can be made, so the campaign is paused until an operator has fixed it. While
   * Meta does not take a file of its messages, the campaign waits.
   */
  async of(
    organizationId: string,
    campaignId: string,
    senderId: string,
  ): Promise<SendContext | { waitMs: number } | undefined> {
    try {
      return await this.kept(organizationId, campaignId, senderId);
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      if (error.kind === 'unavailable' || error.kind === 'rate') {
        return { waitMs: 1_000 * (error.extra.retryAfterSeconds ?? WAIT_SECONDS) };
      }
      if (error.kind !== 'rule') throw error;
      await this.database.transaction((tx) => this.stops.pauseBroken(tx, [campaignId], error.message));
      return undefined;
    }
  }

  private kept(organizationId: string, campaignId: string, senderId: string): Promise<SendContext> {
    const key = `${campaignId} ${senderId}`;
    const kept = this.known.get(key);
    const now = performance.now();
    if (kept !== undefined && kept.until > now) return kept.context;
    for (const [old, { until }] of this.known) if (until <= now) this.known.delete(old);
    const context = this.read(organizationId, campaignId, senderId);
    this.known.set(key, { until: now + FRESH_MS, context });
    context.catch(() => this.known.delete(key));
    return context;
  }

  private async read(organizationId: string, campaignId: string, senderId: string): Promise<SendContext> {
    const campaign = await this.campaigns.get(organizationId, campaignId);
    const { base, variants, reassignment } = await this.messages.of(campaign);
    const { sender } = await this.senders.get(organizationId, senderId);
    const credentials = await this.senders.credentialsOf(organizationId, senderId);
    const contentOf = ({ campaign: source, message, template }: MadeMessage): MessageContent => ({
      templateName: source.templateName,
      languageCode: source.languageCode,
      category: template?.category ?? MARKETING,
      message,
      marketingApi: sender.usesMarketingApi && template?.category === MARKETING,
    });
    const contents = {
      base: contentOf(base),
      variants: new Map(variants.map((one) => [one.number, contentOf(one)])),
      reassignment,
    };
    for (const { message } of [contents.base, ...contents.variants.values()]) {
      // Before anyone is claimed, so that the files which all messages share are at Meta when the first of them leaves.
      const rendered = message.render({});
      await this.media.fill(organizationId, credentials, rendered.ok ? rendered.components : rendered.draft);
    }
    return {
      organizationId,
      // All variants have one category: an experiment with two cannot be started.
      isMarketing: contentFor(contents, variants[0]?.number ?? null).category === MARKETING,
      contents,
      credentials,
      throughputPerSecond: sender.throughputPerSecond,
    };
  }
}
