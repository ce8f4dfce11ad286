import { compileRawComponents, renderRawComponents } from '../../templates/rendering/raw-components.js';
import {
  compileTemplate,
  renderTemplate,
  type RenderedTemplate,
} from '../../templates/rendering/render-template.js';
import type { RecipientValues } from '../../templates/rendering/filling.js';
import { previewTemplate, type TemplatePreview } from '../../templates/rendering/preview-template.js';

interface TemplateSource {
  components: unknown;
  parameterFormat: unknown;
}

interface CampaignSource {
  templateVariables: Record<string, unknown> | null;
  templateComponents: unknown[] | null;
}

/** A campaign's message, made ready once and then filled for one recipient after the other. */
export interface CampaignMessage {
  render: (values: RecipientValues) => RenderedTemplate;
  /** What the customer will read; null when the template itself is not known here. */
  preview: (components: readonly object[]) => TemplatePreview | null;
}

/**
 * The component array of the Marketing face is sent as it was written, placeholders filled; the WhatsApp face
 * describes variables only, and the template says where they go. A template that could not be read from Meta
 * leaves the judgement to Meta: the message is then made from what the campaign and the recipient bring.
 */
export function campaignMessage(campaign: CampaignSource, template: TemplateSource | null): CampaignMessage {
  const defaults = campaign.templateVariables ?? undefined;
  const compiled =
    template === null
      ? undefined
      : compileTemplate(template.components, { parameterFormat: template.parameterFormat, defaults });
  const preview = (components: readonly object[]): TemplatePreview | null =>
    compiled === undefined ? null : previewTemplate(compiled.description, components);
  if (campaign.templateComponents !== null || compiled === undefined) {
    const raw = compileRawComponents(campaign.templateComponents ?? [], { defaults, template: compiled });
    return { render: (values) => renderRawComponents(raw, values), preview };
  }
  return { render: (values) => renderTemplate(compiled, values), preview };
}
