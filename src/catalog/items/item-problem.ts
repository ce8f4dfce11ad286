import { asText, type JsonObject } from '../../whatsapp/json/json-fields.js';

/** Why an item is not at Meta as it should be, with what to do about it. */
export interface ItemProblem {
  source: 'meta' | 'drumbeat';
  code: string;
  message: string;
}

/** What to do about the errors that Meta reports most. */
const ADVICE: readonly (readonly [codePrefix: string, advice: string])[] = [
  [
    'MISSING_INDIA_COMPLIANCE_FIELDS',
    'Goods imported into India need compliance.originCountry, importerName and importerAddress.',
  ],
  [
    'IMAGE_FETCH_FAILED',
    'Meta could not load the image: the address must be public. A new address is tried again.',
  ],
  ['IMAGE_RESOLUTION_LOW', 'The image must have at least 500 pixels on each side.'],
  [
    'WHATSAPP_POLICY_VIOLATION',
    "The item breaks WhatsApp's commerce policy. Change it, or appeal in Commerce Manager.",
  ],
  [
    'WHATSAPP_DISABLED_BY_USER',
    'The item was switched off for WhatsApp in Commerce Manager. Switch it on there.',
  ],
  ['PRODUCT_NOT_APPROVED', 'Meta has not approved the item. The reasons stand in Commerce Manager.'],
  ['VARIANT_ATTRIBUTE_ISSUE', 'All variants of a product need the same options.'],
  ['MISSING_COLOR', 'All variants of a product need the same options: one lacks its color.'],
  ['MISSING_SIZE', 'All variants of a product need the same options: one lacks its size.'],
  [
    'RETAILER_ID_USED_BY_GROUP',
    'The SKU is the name of a group of variants at Meta. Give the product another SKU.',
  ],
];
const MOST_TEXT = 500;

/** One entry of `errors` on the product node. */
export function problemOfMeta(error: JsonObject): ItemProblem {
  const code = asText(error['error_type']) ?? asText(error['title']) ?? 'UNKNOWN';
  const said = asText(error['description']) ?? asText(error['title']) ?? 'Meta gives no reason.';
  return { source: 'meta', code: code.slice(0, 100), message: withAdvice(code, said) };
}

/** What Meta answered to the request of one item in a batch. */
export function problemOfRejection(message: string): ItemProblem {
  return { source: 'meta', code: 'rejected', message: message.slice(0, MOST_TEXT) };
}

function withAdvice(code: string, said: string): string {
  const advice = ADVICE.find(([known]) => code.toUpperCase().startsWith(known))?.[1];
  return `${said.slice(0, MOST_TEXT)}${advice === undefined ? '' : ` ${advice}`}`;
}
