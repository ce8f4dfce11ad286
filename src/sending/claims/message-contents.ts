import type { CampaignMessage } from '../../campaigns/message/campaign-message.js';
import type { Reassignment } from '../../campaigns/variants/experiment.js';

/** One message of a campaign: what all who get it have in common. */
export interface MessageContent {
  templateName: string;
  languageCode: string;
  category: string;
  message: CampaignMessage;
  /** Send through the Marketing Messages API, which takes marketing templates only. */
  marketingApi: boolean;
}

/** The messages of a campaign: one, or one for each variant of its experiment. */
export interface MessageContents {
  base: MessageContent;
  variants: ReadonlyMap<number, MessageContent>;
  reassignment: Reassignment | null;
}

export function contentFor({ base, variants }: MessageContents, variant: number | null): MessageContent {
  return (variant === null ? undefined : variants.get(variant)) ?? base;
}
