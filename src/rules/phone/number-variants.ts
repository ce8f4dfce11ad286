// Three countries have mobile numbers that are written in two ways. WhatsApp's own id (wa_id) of a person may be
// the one we did not send to, and is then still the same person.
const MEXICO = /^\+521?(\d{10})$/;
const BRAZIL_MOBILE = /^\+55([1-9]{2})9?([6-9]\d{7})$/;
const ARGENTINA = /^\+549?(\d{10})$/;

/**
 * The one spelling under which we keep a number. The 1 of Mexico was abolished in 2019, the ninth digit of
 * Brazilian mobiles became general in 2016: with two spellings one person would get two messages. Argentina
 * stays as given: its 9 tells a mobile from a landline of the same digits.
 */
export function canonicalNumber(e164: string): string {
  return e164.replace(MEXICO, '+52$1').replace(BRAZIL_MOBILE, '+55$19$2');
}

/** Every spelling a person with this number may be known under, the number itself first. */
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

/** The number behind digits as webhooks carry them; null when it is none, such as a business-scoped user id. */
export function fromWaId(waId: string): string | null {
  return /^[1-9]\d{6,14}$/.test(waId) ? canonicalNumber(`+${waId}`) : null;
}

/** The same text for every spelling of one person's number: what hashes and comparisons go by. */
export function numberIdentity(e164: string): string {
  return canonicalNumber(e164).replace(ARGENTINA, '+54$1');
}
