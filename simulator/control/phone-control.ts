import { notFound } from '../../src/rules/errors/domain-error.js';
import {
  MESSAGING_LIMITS,
  numberFields,
  phoneNumber,
  type MessagingLimit,
  type PhoneNumber,
} from '../business.js';
import { flag, oneOf, overlay, readInput, text, wrong, type Reader } from '../input-reader.js';
import { isObject } from '../json.js';
import type { SimulatorState } from '../simulator-state.js';
import { ValueUpdate } from '../webhooks/webhook-update.js';

interface PhoneChange {
  display_phone_number: string;
  verified_name: string;
  quality_rating: PhoneNumber['qualityRating'];
  messaging_limit: MessagingLimit;
  throughput: PhoneNumber['throughput'];
  health: PhoneNumber['health'];
  status: PhoneNumber['status'];
  /** Whether the app is notified by webhook, as Meta would do. */
  notify: boolean;
}

const limit: Reader<MessagingLimit> = oneOf(...(Object.keys(MESSAGING_LIMITS) as MessagingLimit[]));

/** Digits with the country code, with any separators. */
const displayNumber: Reader<string> = (value, path) => {
  const written = text(value, path);
  const digits = written.replaceAll(/\D/g, '');
  return written.startsWith('+') && /^[1-9]\d{6,14}$/.test(digits)
    ? written
    : wrong(path, 'must be a phone number that starts with + and its country code');
};

function changeOver(phone: PhoneNumber, currentLimit: MessagingLimit): Reader<PhoneChange> {
  return overlay<PhoneChange>(
    {
      display_phone_number: phone.displayPhoneNumber,
      verified_name: phone.verifiedName,
      quality_rating: phone.qualityRating,
      messaging_limit: currentLimit,
      throughput: phone.throughput,
      health: phone.health,
      status: phone.status,
      notify: true,
    },
    {
      display_phone_number: displayNumber,
      verified_name: text,
      quality_rating: oneOf('GREEN', 'YELLOW', 'RED', 'UNKNOWN'),
      messaging_limit: limit,
      throughput: oneOf('STANDARD', 'HIGH'),
      health: oneOf('AVAILABLE', 'LIMITED', 'BLOCKED'),
      status: oneOf('CONNECTED', 'FLAGGED', 'DISCONNECTED', 'RESTRICTED'),
      notify: flag,
    },
  );
}

/** Changes a number of the account; adds a new one if `display_phone_number` is given. */
export function changePhone(state: SimulatorState, id: string, given: unknown): PhoneChange & { id: string } {
  const { business } = state;
  const phone = business.phone(id) ?? newPhone(id, given);
  const change = readInput(changeOver(phone, business.messagingLimit), given, 'phone number change');
  const before = { limit: business.messagingLimit, throughput: phone.throughput };
  Object.assign(phone, numberFields(id, change.display_phone_number));
  phone.verifiedName = change.verified_name;
  phone.qualityRating = change.quality_rating;
  phone.throughput = change.throughput;
  phone.health = change.health;
  phone.status = change.status;
  business.messagingLimit = change.messaging_limit;
  business.add(phone);
  if (change.notify) tellChanges(state, phone, before);
  return { id, ...change };
}

function newPhone(id: string, given: unknown): PhoneNumber {
  if (!isObject(given) || given.display_phone_number === undefined) throw notFound('phone number', id);
  return phoneNumber(id, '+0');
}

function tellChanges(
  { business, clock, outbox }: SimulatorState,
  phone: PhoneNumber,
  before: { limit: MessagingLimit; throughput: PhoneNumber['throughput'] },
): void {
  const seconds = Math.floor(clock.now().getTime() / 1000);
  const tell = (field: string, value: object) => {
    outbox.tell(new ValueUpdate(field, field, business.wabaId, JSON.stringify(value), seconds));
  };
  if (business.messagingLimit !== before.limit) {
    tell('business_capability_update', {
      max_daily_conversations_per_business: business.messagingLimit,
      max_phone_numbers_per_waba: 25,
    });
  }
  if (phone.throughput !== before.throughput && phone.throughput === 'HIGH') {
    tell('phone_number_quality_update', {
      display_phone_number: phone.digits,
      event: 'THROUGHPUT_UPGRADE',
      max_daily_conversations_per_business: business.messagingLimit,
    });
  }
}
