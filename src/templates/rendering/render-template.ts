import { type TemplateComponent } from '../../whatsapp/payloads/template-component.js';
import { compileCard, compileCarousel, fillParts, type Part } from './card-part.js';
import { compileDefaults } from './expression.js';
import { startFilling, type RecipientValues, type RenderProblem } from './filling.js';
import { compileOffer } from './offer-part.js';
import { type SlotScope, type TemplateInput } from './slot.js';
import { describeTemplate, type TemplateDescription } from './template-parameters.js';

export interface CompileOptions {
  /** As Meta lists it; only needed for templates whose texts have no variables. */
  parameterFormat?: unknown;
  /** The campaign's `templateVariables`: fixed values, or texts with placeholders such as `{{name|there}}`. */
  defaults?: unknown;
  /** Meta's id of the catalog that the account sells from, for headers that show a product. */
  catalogId?: string | null;
}

export interface CompiledTemplate {
  description: TemplateDescription;
  /** Every value the template needs, in the order of the message. */
  inputs: readonly TemplateInput[];
  parts: readonly Part[];
}

export type RenderedTemplate =
  | { ok: true; components: readonly object[] }
  /** The draft is for display only: a value that is missing stays in braces or is omitted. */
  | { ok: false; problems: RenderProblem[]; draft: readonly object[] };

/** Once per campaign; filling it per recipient is the hot path. */
export function compileTemplate(components: unknown, options: CompileOptions = {}): CompiledTemplate {
  const description = describeTemplate(components, options.parameterFormat);
  const inputs: TemplateInput[] = [];
  const { defaults, catalogId = null } = options;
  const scope: SlotScope = { card: null, inputs, defaults: compileDefaults(defaults), catalogId };
  const parts = compileCard(description, scope);
  if (description.offer?.hasExpiration === true) parts.push(compileOffer(scope));
  if (description.carousel !== null) parts.push(compileCarousel(description.carousel, scope));
  return { description, inputs, parts };
}

export function renderTemplate({ parts }: CompiledTemplate, values: RecipientValues): RenderedTemplate {
  const filling = startFilling(values);
  const components: TemplateComponent[] = fillParts(parts, filling);
  return filling.problems.length === 0
    ? { ok: true, components }
    : { ok: false, problems: filling.problems, draft: components };
}
