// In three countries a mobile number has two spellings. WhatsApp's own id of a person (wa_id) may be the spelling we
// did not send to; it is still the same person.
const MEXICO = /^\+521?(\d{10})$/;
const BRAZIL_MOBILE = /^\+55([1-9]{2})9?([6-9]\d{7})$/;
const ARGENTINA = /^\+549?(\d{10})$/;

/**
 * The spelling that we store. The 1 of Mexico was abolished in 2019, the ninth digit of Brazilian mobiles became
 * general in 2016: with two spellings one person would get two messages. Argentine numbers stay as given: their 9
 * distinguishes a mobile from a landline with the same digits.
 */
export function canonicalNumber(e164: string): string {
  return e164.replace(MEXICO, '+52$1').replace(BRAZIL_MOBILE, '+55$19$2');
}

/** Every spelling of this number, the given one first. */
export function waIdVariants(e164: string): string[] {
  const spellings = [e164];
  const [, mexican] = MEXICO.exec(e164) ?? [];
  if (mexican !== undefined) spellings.push(`+52${mexican}`, `+521${mexican}`);
  const [, area, local] = BRAZIL_MOBILE.exec(e164) ?? [];
  if (area !== undefined && local !== undefined) spellings.push(`+55${area}9${local}`, `+55${area}${local}`);
  const [, argentine] = ARGENTINA.exec(e164) ?? [];
  if (argentine !== undefined) spellings.push(`+549${argentine}`, `+54${argentine}`);
  return [...new Set(spellings)];
}

/** The number behind the digits of a webhook; null when they are not a number, such as a business-scoped user id. */
export function fromWaId(waId: string): string | null {
  return /^[1-9]\d{6,14}$/.test(waId) ? canonicalNumber(`+${waId}`) : null;
}

/** One text for all spellings of a number, for hashes and comparisons. */
export function numberIdentity(e164: string): string {
  return canonicalNumber(e164).replace(ARGENTINA, '+54$1');
}
