import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { DomainError } from '../../rules/errors/domain-error.js';
import type { WhatsappTemplate } from '../../templates/api/whatsapp-template.entity.js';
import type { Campaign } from '../campaign/campaign.entity.js';
import { CampaignVariants } from '../variants/campaign-variants.service.js';
import { asVariant, type Reassignment, reassignmentOf, type Variant } from '../variants/experiment.js';
import type { CampaignMessage } from './campaign-message.js';
import { CampaignReadiness } from './campaign-readiness.service.js';

export interface MadeMessage {
  /** With the template and the values of the variant. */
  campaign: Campaign;
  message: CampaignMessage;
  template: WhatsappTemplate | null;
}

export interface CampaignMessages {
  base: MadeMessage;
  variants: (MadeMessage & Pick<Variant, 'number' | 'key'>)[];
  reassignment: Reassignment | null;
}

/** What a template says, as one short text; null: it is not known. */
export function templateHash(template: Pick<WhatsappTemplate, 'components'> | null): string | null {
  if (template === null) return null;
  return createHash('sha256').update(JSON.stringify(template.components)).digest('hex');
}

/** The messages of a campaign: its own, and one for each variant of an experiment that has started. */
@Injectable()
export class VariantMessages {
  constructor(
    private readonly database: Database,
    private readonly readiness: CampaignReadiness,
    private readonly variants: CampaignVariants,
  ) {}

  /**
   * Throws when a template says something else than when the experiment started: from then on two messages would go under
   * the name of one variant. Left out is what cannot be made any more and only retries would get: theirs is the base then.
   */
  async of(campaign: Campaign): Promise<CampaignMessages> {
    const experiment = await this.variants.of(this.database.manager, campaign.id);
    if (experiment === undefined || experiment.state === 'draft') {
      return { base: await this.messageOf(campaign), variants: [], reassignment: null };
    }
    const variants: CampaignMessages['variants'] = [];
    for (const variant of experiment.variants) {
      const made = await this.messageOfVariant(campaign, variant);
      if (made === undefined) continue;
      const hash = templateHash(made.template);
      const { templateHash: before, key, number } = variant;
      if (experiment.state === 'running' && hash !== null && before !== null && hash !== before) {
        const detail = `The template ${made.campaign.templateName} of variant ${key} was edited during the experiment.`;
        throw new DomainError('rule', 'variant_template_edited', detail);
      }
      variants.push({ ...made, number, key });
    }
    const given = experiment.variants.filter((one) => isGiven(one, campaign.winner)).map((one) => one.number);
    const base = variants.find(({ number }) => given.includes(number));
    return {
      base: base ?? (await this.messageOf(campaign)),
      variants,
      reassignment: reassignmentOf(experiment),
    };
  }

  private async messageOfVariant(campaign: Campaign, variant: Variant): Promise<MadeMessage | undefined> {
    try {
      return await this.messageOf(asVariant(campaign, variant));
    } catch (error) {
      const isRule = error instanceof DomainError && error.kind === 'rule';
      if (isRule && !isGiven(variant, campaign.winner)) return undefined;
      throw error;
    }
  }

  private async messageOf(campaign: Campaign): Promise<MadeMessage> {
    return { campaign, ...(await this.readiness.messageOf(campaign)) };
  }
}

/** Whether people who have not been attempted still get it: it is neither dropped nor beaten. */
function isGiven({ number, droppedAt }: Variant, winner: number | null): boolean {
  return droppedAt === null && (winner === null || winner === number);
}
