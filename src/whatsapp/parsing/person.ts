import { asText, type JsonObject } from '../json/json-fields.js';
import { type Person } from './webhook-events.js';

/** A business-scoped user id: `US.13491208655302741918`, with a parent business `US.ENT.118`. */
export const USER_ID = /^[A-Z]{2}\.(?:ENT\.)?[A-Za-z0-9]{1,128}$/;

const LONGEST_USER_ID = 140;

/** Meta omits a hidden phone number; some senders of webhooks put the user id in its place. */
export function readPerson(fields: JsonObject, phoneField: string, userIdField: string): Person {
  const phone = asText(fields[phoneField]) ?? null;
  const named = asText(fields[userIdField]);
  // Meta's are shorter; a longer one identifies no person.
  const userId = named === undefined || named.length > LONGEST_USER_ID ? null : named;
  if (phone !== null && USER_ID.test(phone)) return { waId: null, userId: userId ?? phone };
  return { waId: phone === null ? null : phone.replace(/^\+/, ''), userId };
}
