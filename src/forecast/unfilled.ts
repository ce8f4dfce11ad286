import type { CampaignMessage } from '../campaigns/message/campaign-message.js';
import { missingIn } from '../campaigns/message/missing-values.js';
import type { SampleRecipient } from '../campaigns/message/sample-recipient.js';

const SHOWN = 3;

/** Null: the message can be filled for all of them. */
export function unfilledAmong(
  message: CampaignMessage,
  people: readonly SampleRecipient[],
): { message: string; count: number; sample: string[] } | null {
  const found = people.flatMap((person) => {
    const missing = missingIn(message, person);
    return missing === null ? [] : [{ phoneNumber: person.phoneNumber, missing }];
  });
  const [first] = found;
  if (first === undefined) return null;
  const text =
    `The template cannot be filled for ${found.length} of the first ${people.length} people: ${first.missing}. ` +
    'Give them values, or give the campaign defaults such as "{{name|there}}".';
  const sample = found.slice(0, SHOWN).map(({ phoneNumber }) => phoneNumber);
  return { message: text, count: found.length, sample };
}
