import { normalizePhone } from '../rules/phone/phone-number.js';
import { unstorable } from '../platform/database/storable-text.js';

export interface RecipientInput {
  phoneNumber: string;
  name?: string | undefined;
  /** By name, or by position for positional templates. */
  variables?: Readonly<Record<string, unknown>> | readonly unknown[] | undefined;
}

/** A recipient that can be stored as is. */
export interface CheckedRecipient {
  ok: true;
  phoneNumber: string;
  name: string | null;
  /** JSON, ready for the database. */
  variables: string | null;
}

export type RecipientCheck = CheckedRecipient | { ok: false; reason: string };

export const MAX_NAME = 200;
export const MAX_VARIABLES = 100;
export const MAX_VARIABLES_BYTES = 10_240;

export function checkRecipient(input: RecipientInput, defaultCountry?: string): RecipientCheck {
  const phone = normalizePhone(input.phoneNumber, defaultCountry);
  if (!phone.ok) return phone;
  const name = input.name?.trim() ?? '';
  if (name.length > MAX_NAME) return refused(`The name is longer than ${MAX_NAME} characters.`);
  const variables = byName(input.variables);
  const problem = unstorable({ name, variables });
  if (problem !== undefined) return refused(`"${problem.field}" ${problem.message}.`);
  const text = variables === null ? null : JSON.stringify(variables);
  if (variables !== null && Object.keys(variables).length > MAX_VARIABLES) {
    return refused(`There are more than ${MAX_VARIABLES} variables.`);
  }
  if (text !== null && Buffer.byteLength(text) > MAX_VARIABLES_BYTES) {
    return refused(`The variables are larger than ${MAX_VARIABLES_BYTES / 1024} KB.`);
  }
  return { ok: true, phoneNumber: phone.e164, name: name === '' ? null : name, variables: text };
}

/** Names positional values by the numbers that templates use. */
function byName(variables: RecipientInput['variables']): Readonly<Record<string, unknown>> | null {
  if (variables === undefined) return null;
  const named = isList(variables)
    ? Object.fromEntries(variables.map((value, index) => [String(index + 1), value]))
    : variables;
  return Object.keys(named).length === 0 ? null : named;
}

function isList(variables: NonNullable<RecipientInput['variables']>): variables is readonly unknown[] {
  return Array.isArray(variables);
}

function refused(reason: string): RecipientCheck {
  return { ok: false, reason };
}
