import { placeholderPaths } from '../../templates/rendering/expression.js';
import type { RenderedTemplate } from '../../templates/rendering/render-template.js';
import type { CampaignMessage } from './campaign-message.js';
import { type SampleRecipient, valuesOf } from './sample-recipient.js';

/**
 * The message can be filled for every recipient that has exactly these values, none of them blank and together no
 * longer than this, whatever the values are.
 */
export interface PlainValues {
  names: string[];
  maxBytes: number;
}

interface CampaignSource {
  templateVariables: unknown;
  templateComponents: unknown;
}

const BOUNDS = [400, 120, 40];
/** A text that slots for links, coupons and the like reject. A slot that accepts it accepts any text. */
const ODD = 'odd://§ "{{0}}" /?#&%';
const SHORT = '§';

/**
 * Found by experiment: the names of the sample with odd texts, each as long as all of them together may be. Null: the
 * outcome depends on the values, or on more than a recipient's own values, so every recipient must be checked.
 */
export function plainValues(
  message: CampaignMessage,
  { templateVariables, templateComponents }: CampaignSource,
  sample: SampleRecipient,
): PlainValues | null {
  const { variables, name } = sample;
  if (Array.isArray(variables) || name === null) return null;
  const names = Object.keys(variables ?? {});
  const given = new Set(['name', ...names]);
  const mentioned = placeholderPaths(JSON.stringify([templateVariables, templateComponents]));
  if (!mentioned.every((path) => given.has(path) && !path.startsWith('customer.'))) return null;
  const fits = (longest: string, length: number): boolean => {
    const texts = [...given].map(
      (one) => [one, one === longest ? ODD.padEnd(length, SHORT) : SHORT] as const,
    );
    const own = Object.fromEntries(texts.filter(([one]) => names.includes(one)));
    const ofName = new Map(texts).get('name') ?? SHORT;
    const rendered: RenderedTemplate = message.render(
      valuesOf({ ...sample, name: ofName, variables: own, customer: null }),
    );
    return rendered.ok;
  };
  // Lengths add up, so the longest message is one in which a single value takes all the space.
  const maxBytes = BOUNDS.find((length) => [...given].every((longest) => fits(longest, length)));
  return maxBytes === undefined ? null : { names, maxBytes };
}
