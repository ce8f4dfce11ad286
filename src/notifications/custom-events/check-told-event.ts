import { normalizePhone } from '../../rules/phone/phone-number.js';

/** As a caller tells it. */
export interface ToldEvent {
  id: string;
  name: string;
  customer: { id?: string; phoneNumber?: string; whatsappUserId?: string };
  data?: Record<string, unknown>;
  occurredAt?: string;
}

export interface Refusal {
  code: string;
  message: string;
}

/** Of the two, one names the person. */
export interface CheckedEvent {
  event: { id: string; name: string; data: Record<string, unknown>; occurredAt: Date };
  customerId: string | null;
  contact: { phone: string | null; userId: string | null } | null;
}

const MAX_DATA_BYTES = 16 * 1_024;
const OLDEST_MS = 7 * 24 * 60 * 60 * 1_000;
/** Clocks differ. */
const FUTURE_MS = 5 * 60 * 1_000;

/** What is wrong with an event, or the event as it is recorded. */
export function checkToldEvent(
  { id, name, customer, data = {}, occurredAt }: ToldEvent,
  { now, defaultCountry }: { now: Date; defaultCountry: string | undefined },
): CheckedEvent | Refusal {
  const person = personOf(customer, defaultCountry);
  if ('code' in person) return person;
  const at = occurredAt === undefined ? now : new Date(occurredAt);
  if (Number.isNaN(at.getTime())) return { code: 'bad_time', message: 'occurredAt is not an instant.' };
  if (at.getTime() < now.getTime() - OLDEST_MS) {
    return { code: 'event_too_old', message: 'occurredAt is more than 7 days ago.' };
  }
  if (at.getTime() > now.getTime() + FUTURE_MS) {
    return { code: 'event_in_the_future', message: 'occurredAt is in the future.' };
  }
  if (Buffer.byteLength(JSON.stringify(data)) > MAX_DATA_BYTES) {
    return { code: 'data_too_large', message: 'data has more than 16 KB.' };
  }
  return { event: { id, name, data, occurredAt: at }, ...person };
}

function personOf(
  { id, phoneNumber, whatsappUserId }: ToldEvent['customer'],
  defaultCountry: string | undefined,
): Omit<CheckedEvent, 'event'> | Refusal {
  const given = [id, phoneNumber, whatsappUserId].filter((value) => value !== undefined);
  if (given.length !== 1) {
    return {
      code: 'person_unclear',
      message: 'customer needs exactly one of id, phoneNumber and whatsappUserId.',
    };
  }
  if (id !== undefined) return { customerId: id.toLowerCase(), contact: null };
  if (phoneNumber === undefined)
    return { customerId: null, contact: { phone: null, userId: whatsappUserId ?? null } };
  const phone = normalizePhone(phoneNumber, defaultCountry);
  if (!phone.ok) return { code: 'bad_phone_number', message: phone.reason };
  return { customerId: null, contact: { phone: phone.e164, userId: null } };
}
