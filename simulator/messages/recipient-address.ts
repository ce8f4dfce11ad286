import { GraphError, missingParameter } from '../graph/graph-error.js';
import { asText, isText, type JsonObject } from '../json.js';
import { isUserId, userIdOf, whatsappId } from './whatsapp-id.js';

export interface RecipientAddress {
  /** What the sender wrote. */
  input: string;
  /** The recipient as Meta understands it: digits with the country code, or a business-scoped user id. */
  to: string;
  /** Undefined if the message was addressed to a user id: Meta then keeps the number to itself. */
  waId: string | undefined;
  userId: string;
}

/**
 * The recipient as Meta reads it. The trap is deliberate: without a leading `+` Meta puts the sender's own country
 * code in front, even if the digits already begin with one.
 */
export function readRecipient(body: JsonObject, senderCountryCode: string): RecipientAddress {
  const input = asText(body.to);
  if (isText(input)) return readPhone(input, senderCountryCode);
  if (!isText(body.recipient)) throw missingParameter('to');
  if (!isUserId(body.recipient)) throw new GraphError(131009, 'Recipient is not a valid user id');
  return { input: body.recipient, to: body.recipient, waId: undefined, userId: body.recipient };
}

function readPhone(input: string, senderCountryCode: string): RecipientAddress {
  const compact = /[\s().-]/.test(input) ? input.replaceAll(/[\s().-]/g, '') : input;
  const digits = compact.startsWith('+') ? compact.slice(1) : senderCountryCode + compact;
  if (!/^[1-9]\d{6,14}$/.test(digits)) {
    throw new GraphError(131009, `Recipient phone number is not valid: ${input.slice(0, 40)}`);
  }
  const waId = whatsappId(digits);
  return { input, to: digits, waId, userId: userIdOf(waId) };
}
