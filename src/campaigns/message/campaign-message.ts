import { compileRawComponents, renderRawComponents } from '../../templates/rendering/raw-components.js';
import {
  compileTemplate,
  renderTemplate,
  type RenderedTemplate,
} from '../../templates/rendering/render-template.js';
import { type ProductNames, withSkus } from '../../product-messages/templates/component-products.js';
import type { RecipientValues } from '../../templates/rendering/filling.js';
import type { TemplateInput } from '../../templates/rendering/slot.js';
import { previewTemplate, type TemplatePreview } from '../../templates/rendering/preview-template.js';

interface TemplateSource {
  components: unknown;
  parameterFormat: unknown;
}

interface CampaignSource {
  templateVariables: Record<string, unknown> | null;
  templateComponents: unknown[] | null;
}

/** The values of a recipient. `unit`: its id, for tracked links; without one their clicks count for nobody. */
export interface MessageValues extends RecipientValues {
  unit?: string | undefined;
}

/** A campaign's message, compiled once and then filled for one recipient after another. */
export interface CampaignMessage {
  render: (values: MessageValues) => RenderedTemplate;
  /** What the customer will read; null when the template is unknown. */
  preview: (components: readonly object[]) => TemplatePreview | null;
  /** It has a place for products. */
  showsProducts: boolean;
}

/**
 * The Marketing API gives a component array, which is sent as written with its placeholders filled. The WhatsApp API
 * gives only variables, and the template says where they go. If the template could not be read from Meta, the message
 * is made from the values of the campaign and the recipient, and Meta judges it. Products are written as they were
 * given, unless their names for Meta are known.
 */
export function campaignMessage(
  campaign: CampaignSource,
  template: TemplateSource | null,
  names?: ProductNames,
): CampaignMessage {
  const defaults = campaign.templateVariables ?? undefined;
  const { components = null, parameterFormat } = template ?? {};
  const catalogId = names?.metaCatalogId ?? null;
  const compiled =
    template === null ? undefined : compileTemplate(components, { parameterFormat, defaults, catalogId });
  const preview = (shown: readonly object[]): TemplatePreview | null =>
    compiled === undefined ? null : previewTemplate(compiled.description, shown);
  const about = { preview, showsProducts: compiled?.inputs.some(isOfProducts) ?? false };
  const named = (rendered: RenderedTemplate): RenderedTemplate =>
    names === undefined ? rendered : withNames(rendered, names);
  if (campaign.templateComponents !== null || compiled === undefined) {
    const raw = compileRawComponents(campaign.templateComponents ?? [], { defaults, template: compiled });
    return { render: (values) => named(renderRawComponents(raw, values)), ...about };
  }
  return { render: (values) => named(renderTemplate(compiled, values)), ...about };
}

function isOfProducts({ kind, name }: TemplateInput): boolean {
  return kind === 'product' || name === 'sections';
}

function withNames(rendered: RenderedTemplate, names: ProductNames): RenderedTemplate {
  return rendered.ok
    ? { ok: true, components: withSkus(rendered.components, names) }
    : { ...rendered, draft: withSkus(rendered.draft, names) };
}
