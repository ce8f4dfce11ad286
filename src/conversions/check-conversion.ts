import { DomainError } from '../rules/errors/domain-error.js';
import { isCurrency } from '../rules/money/currency.js';
import { formatMoney, parseMoney } from '../rules/money/money.js';
import { normalizePhone } from '../rules/phone/phone-number.js';

/** As a caller tells it. */
export interface ToldConversion {
  id: string;
  customer?: { id?: string; phoneNumber?: string; whatsappUserId?: string };
  clickToken?: string;
  name?: string;
  value?: string | number;
  currency?: string;
  occurredAt?: string;
}

export interface ConversionRefusal {
  code: string;
  message: string;
}

export interface CheckedConversion {
  id: string;
  name: string;
  value: string;
  currency: string | null;
  occurredAt: Date;
  /** Of the three, one says who it was. */
  customerId: string | null;
  contact: { phone: string | null; userId: string | null } | null;
  clickToken: string | null;
}

const OLDEST_MS = 90 * 24 * 60 * 60 * 1_000;
/** Clocks differ. */
const FUTURE_MS = 5 * 60 * 1_000;

/** What is wrong with a conversion, or the conversion as it is recorded. */
export function checkConversion(
  told: ToldConversion,
  { now, defaultCountry }: { now: Date; defaultCountry: string | undefined },
): CheckedConversion | ConversionRefusal {
  const person = personOf(told, defaultCountry);
  if ('code' in person) return person;
  const amount = amountOf(told);
  if ('code' in amount) return amount;
  const occurredAt = told.occurredAt === undefined ? now : new Date(told.occurredAt);
  if (Number.isNaN(occurredAt.getTime()))
    return { code: 'bad_time', message: 'occurredAt is not an instant.' };
  if (occurredAt.getTime() < now.getTime() - OLDEST_MS) {
    return { code: 'conversion_too_old', message: 'occurredAt is more than 90 days ago.' };
  }
  if (occurredAt.getTime() > now.getTime() + FUTURE_MS) {
    return { code: 'conversion_in_the_future', message: 'occurredAt is in the future.' };
  }
  return { id: told.id, name: told.name ?? 'purchase', ...amount, occurredAt, ...person };
}

function amountOf({
  value,
  currency,
}: ToldConversion): { value: string; currency: string | null } | ConversionRefusal {
  if (currency !== undefined && !isCurrency(currency)) {
    return { code: 'currency_unknown', message: `"${currency}" is not the code of a currency, as in INR.` };
  }
  if (value === undefined) return { value: '0.00', currency: currency ?? null };
  if (currency === undefined) return { code: 'currency_missing', message: 'A value needs its currency.' };
  try {
    return { value: formatMoney(parseMoney(value)), currency };
  } catch (error) {
    if (error instanceof DomainError) return { code: error.code, message: error.message };
    throw error;
  }
}

function personOf(
  { customer, clickToken }: ToldConversion,
  defaultCountry: string | undefined,
): Pick<CheckedConversion, 'customerId' | 'contact' | 'clickToken'> | ConversionRefusal {
  const nobody = { customerId: null, contact: null, clickToken: null };
  if ((customer === undefined) === (clickToken === undefined)) {
    return { code: 'person_unclear', message: 'A conversion needs either customer or clickToken.' };
  }
  if (clickToken !== undefined) return { ...nobody, clickToken };
  const { id, phoneNumber, whatsappUserId } = customer ?? {};
  if ([id, phoneNumber, whatsappUserId].filter((one) => one !== undefined).length !== 1) {
    const message = 'customer needs exactly one of id, phoneNumber and whatsappUserId.';
    return { code: 'person_unclear', message };
  }
  if (id !== undefined) return { ...nobody, customerId: id.toLowerCase() };
  if (phoneNumber === undefined)
    return { ...nobody, contact: { phone: null, userId: whatsappUserId ?? null } };
  const phone = normalizePhone(phoneNumber, defaultCountry);
  if (!phone.ok) return { code: 'bad_phone_number', message: phone.reason };
  return { ...nobody, contact: { phone: phone.e164, userId: null } };
}
