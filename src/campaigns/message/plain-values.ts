import { placeholderPaths } from '../../templates/rendering/expression.js';
import type { RenderedTemplate } from '../../templates/rendering/render-template.js';
import type { CampaignMessage } from './campaign-message.js';
import { type SampleRecipient, valuesOf } from './sample-recipient.js';

/**
 * Recipients with exactly these values, none of them blank and all together no longer than this, can be filled in:
 * whatever the values are.
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
/** A text that slots for links, coupons and the like refuse; where it fits, any text does. */
const ODD = 'odd://§ "{{0}}" /?#&%';
const SHORT = '§';

/**
 * Finds them by trying: the sample's names with odd texts, each as long as all together may be. Null: it depends on
 * the values, or on more than a recipient's own ones, and everybody is to be looked at.
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
  // Lengths add up, so that the longest message is one in which a single value takes all the room.
  const maxBytes = BOUNDS.find((length) => [...given].every((longest) => fits(longest, length)));
  return maxBytes === undefined ? null : { names, maxBytes };
}
