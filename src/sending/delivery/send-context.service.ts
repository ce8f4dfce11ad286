import { Injectable } from '@nestjs/common';
import type { CampaignMessage } from '../../campaigns/message/campaign-message.js';
import { CampaignReadiness } from '../../campaigns/message/campaign-readiness.service.js';
import { CampaignsService } from '../../campaigns/campaign/campaigns.service.js';
import { type SenderCredentials, SendersService } from '../../senders/directory/senders.service.js';

/** All that the messages of a campaign have in common. */
export interface SendContext {
  organizationId: string;
  templateName: string;
  languageCode: string;
  category: string | null;
  isMarketing: boolean;
  message: CampaignMessage;
  credentials: SenderCredentials;
  throughputPerSecond: number;
  /** Through the Marketing Messages API, which takes marketing templates only. */
  marketingApi: boolean;
}

const FRESH_MS = 5_000;

/** Reads and compiles once for many slices what they all need; changes of template and token are seen in seconds. */
@Injectable()
export class SendContexts {
  private readonly known = new Map<string, { until: number; context: Promise<SendContext> }>();

  constructor(
    private readonly campaigns: CampaignsService,
    private readonly readiness: CampaignReadiness,
    private readonly senders: SendersService,
  ) {}

  of(organizationId: string, campaignId: string, senderId: string): Promise<SendContext> {
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
    const { message, template } = await this.readiness.messageOf(campaign);
    const { sender } = await this.senders.get(organizationId, senderId);
    const category = template?.category ?? null;
    const isMarketing = category === null || category === 'MARKETING';
    return {
      organizationId,
      templateName: campaign.templateName,
      languageCode: campaign.languageCode,
      category: category ?? 'MARKETING',
      isMarketing,
      message,
      credentials: await this.senders.credentialsOf(organizationId, senderId),
      throughputPerSecond: sender.throughputPerSecond,
      marketingApi: sender.usesMarketingApi && category === 'MARKETING',
    };
  }
}
