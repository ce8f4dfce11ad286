import type { RenderedTemplate } from '../../templates/rendering/render-template.js';
import type { CampaignMessage } from './campaign-message.js';
import { type SampleRecipient, valuesOf } from './sample-recipient.js';

/** What the message lacks for this recipient; null: nothing. */
export function missingIn(
  message: CampaignMessage,
  recipient: Omit<SampleRecipient, 'id' | 'phoneNumber'>,
): string | null {
  const rendered = message.render(valuesOf(recipient));
  return rendered.ok ? null : problemsOf(rendered);
}

function problemsOf(rendered: Extract<RenderedTemplate, { ok: false }>): string {
  return rendered.problems.map(({ component, name, detail }) => `${component} ${name}: ${detail}`).join('; ');
}
