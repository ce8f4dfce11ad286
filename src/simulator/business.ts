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

/** One business portfolio with one WhatsApp Business Account and its phone numbers. */
export class Business {
  readonly id: string;
  readonly wabaId: string;
  readonly name = 'Drumbeat Demo Shop';
  messagingLimit: MessagingLimit = 'TIER_2K';
  readonly #phones = new Map<string, PhoneNumber>();

  constructor(options: BusinessOptions) {
    this.id = options.businessId;
    this.wabaId = options.wabaId;
    this.addPhone(options.phoneNumberId, options.displayPhoneNumber);
  }

  phone(id: string): PhoneNumber | undefined {
    return this.#phones.get(id);
  }

  phones(): PhoneNumber[] {
    return [...this.#phones.values()];
  }

  addPhone(id: string, displayPhoneNumber: string): PhoneNumber {
    const digits = displayPhoneNumber.replaceAll(/\D/g, '');
    const phone: PhoneNumber = {
      id,
      displayPhoneNumber,
      digits,
      countryCode: callingCode(digits),
      verifiedName: this.name,
      qualityRating: 'GREEN',
      throughput: 'STANDARD',
      health: 'AVAILABLE',
      status: 'CONNECTED',
      isCartEnabled: true,
      isCatalogVisible: false,
      metadata: JSON.stringify({ display_phone_number: digits, phone_number_id: id }),
    };
    this.#phones.set(id, phone);
    return phone;
  }
}
