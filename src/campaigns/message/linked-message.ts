import { type LinkWriter, withLinkValues } from '../../messages/links/link-values.js';
import type { CampaignMessage } from './campaign-message.js';

/** The message with its tracked addresses in their places. */
export function linkedMessage(message: CampaignMessage, writer: LinkWriter): CampaignMessage {
  if (writer.links.length === 0) return message;
  return { ...message, render: (values) => message.render(withLinkValues(values, writer, values.unit)) };
}
