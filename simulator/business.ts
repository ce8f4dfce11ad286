import { callingCode } from './messages/whatsapp-id.js';

export const MESSAGING_LIMITS = {
  TIER_250: 250,
  TIER_2K: 2_000,
  TIER_10K: 10_000,
  TIER_100K: 100_000,
  TIER_UNLIMITED: Infinity,
} as const;
export type MessagingLimit = keyof typeof MESSAGING_LIMITS;
export type QualityRating = 'GREEN' | 'YELLOW' | 'RED' | 'UNKNOWN';
export type Throughput = 'STANDARD' | 'HIGH';
export type Health = 'AVAILABLE' | 'LIMITED' | 'BLOCKED';

export interface PhoneNumber {
  id: string;
  displayPhoneNumber: string;
  /** Digits with country code, as webhooks write the number. */
  digits: string;
  countryCode: string;
  verifiedName: string;
  qualityRating: QualityRating;
  throughput: Throughput;
  health: Health;
  status: 'CONNECTED' | 'FLAGGED' | 'DISCONNECTED' | 'RESTRICTED';
  isCartEnabled: boolean;
  isCatalogVisible: boolean;
  /** The finished `metadata` object of its webhooks. */
  metadata: string;
}

export interface BusinessOptions {
  businessId: string;
  wabaId: string;
  phoneNumberId: string;
  displayPhoneNumber: string;
}

const SHOP_NAME = 'Drumbeat Demo Shop';

/** One business portfolio with one WhatsApp Business Account and its phone numbers. */
export class Business {
  readonly id: string;
  readonly wabaId: string;
  readonly name = SHOP_NAME;
  messagingLimit: MessagingLimit = 'TIER_2K';
  readonly #phones = new Map<string, PhoneNumber>();

  constructor(options: BusinessOptions) {
    this.id = options.businessId;
    this.wabaId = options.wabaId;
    this.add(phoneNumber(options.phoneNumberId, options.displayPhoneNumber));
  }

  phone(id: string): PhoneNumber | undefined {
    return this.#phones.get(id);
  }

  phones(): PhoneNumber[] {
    return [...this.#phones.values()];
  }

  add(phone: PhoneNumber): void {
    this.#phones.set(phone.id, phone);
  }
}

export function phoneNumber(id: string, displayPhoneNumber: string): PhoneNumber {
  return {
    id,
    ...numberFields(id, displayPhoneNumber),
    verifiedName: SHOP_NAME,
    qualityRating: 'GREEN',
    throughput: 'STANDARD',
    health: 'AVAILABLE',
    status: 'CONNECTED',
    isCartEnabled: true,
    isCatalogVisible: false,
  };
}

/** What follows from the number itself. */
export function numberFields(
  id: string,
  displayPhoneNumber: string,
): Pick<PhoneNumber, 'displayPhoneNumber' | 'digits' | 'countryCode' | 'metadata'> {
  const digits = displayPhoneNumber.replaceAll(/\D/g, '');
  return {
    displayPhoneNumber,
    digits,
    countryCode: callingCode(digits),
    metadata: JSON.stringify({ display_phone_number: digits, phone_number_id: id }),
  };
}
