import { asText, type JsonObject } from '../json/json-fields.js';
import { type Person } from './webhook-events.js';

/** A business-scoped user id: `US.13491208655302741918`, with a parent business `US.ENT.118`. */
export const USER_ID = /^[A-Z]{2}\.(?:ENT\.)?[A-Za-z0-9]{1,128}$/;

/** Meta leaves a hidden phone number out; some senders of webhooks put the user id in its place. */
export function readPerson(fields: JsonObject, phoneField: string, userIdField: string): Person {
  const phone = asText(fields[phoneField]) ?? null;
  const userId = asText(fields[userIdField]) ?? null;
  if (phone !== null && USER_ID.test(phone)) return { waId: null, userId: userId ?? phone };
  return { waId: phone === null ? null : phone.replace(/^\+/, ''), userId };
}
