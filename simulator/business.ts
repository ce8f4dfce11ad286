import { callingCode } from './messages/whatsapp-id.js';

export const MESSAGING_LIMITS = {
  TIER_250: 250,
  TIER_2K: 2_000,
  TIER_10K: 10_000,
  TIER_100K: 100_000,
  TIER_UNLIMITED: Infinity,
} as const;
export type MessagingLimit = keyof typeof MESSAGING_LIMITS;
type QualityRating = 'GREEN' | 'YELLOW' | 'RED' | 'UNKNOWN';
type Throughput = 'STANDARD' | 'HIGH';
type Health = 'AVAILABLE' | 'LIMITED' | 'BLOCKED';

export interface PhoneNumber {
  id: string;
  displayPhoneNumber: string;
  /** Digits with the country code, as webhooks write the number. */
  digits: string;
  countryCode: string;
  verifiedName: string;
  qualityRating: QualityRating;
  throughput: Throughput;
  health: Health;
  status: 'CONNECTED' | 'FLAGGED' | 'DISCONNECTED' | 'RESTRICTED';
  isCartEnabled: boolean;
  isCatalogVisible: boolean;
  /** The account that it is in. */
  wabaId: string;
  /** The finished `metadata` object of its webhooks. */
  metadata: string;
}

interface BusinessOptions {
  accessToken: string;
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
  /** Reads and uses what belongs to this business, and nothing else. */
  readonly accessToken: string;
  readonly name = SHOP_NAME;
  messagingLimit: MessagingLimit = 'TIER_2K';
  private readonly currentPhones = new Map<string, PhoneNumber>();

  constructor(options: BusinessOptions) {
    this.id = options.businessId;
    this.wabaId = options.wabaId;
    this.accessToken = options.accessToken;
    this.add(phoneNumber(options.phoneNumberId, options.displayPhoneNumber));
  }

  phone(id: string): PhoneNumber | undefined {
    return this.currentPhones.get(id);
  }

  phones(): PhoneNumber[] {
    return [...this.currentPhones.values()];
  }

  add(phone: PhoneNumber): void {
    phone.wabaId = this.wabaId;
    this.currentPhones.set(phone.id, phone);
  }
}

/** Every business at this Meta. The first one has the templates and catalogs, the others have only numbers. */
export class Businesses {
  private readonly byToken = new Map<string, Business>();

  constructor(readonly first: Business) {
    this.byToken.set(first.accessToken, first);
  }

  /** Replaces the business that has had this token. */
  add(business: Business): void {
    if (business.accessToken !== this.first.accessToken) this.byToken.set(business.accessToken, business);
  }

  /** A token that has expired or was revoked. */
  remove(accessToken: string): void {
    this.byToken.delete(accessToken);
  }

  ofToken(accessToken: string): Business | undefined {
    return this.byToken.get(accessToken);
  }
}

export function phoneNumber(id: string, displayPhoneNumber: string): PhoneNumber {
  return {
    id,
    ...numberFields(id, displayPhoneNumber),
    wabaId: '',
    verifiedName: SHOP_NAME,
    qualityRating: 'GREEN',
    throughput: 'STANDARD',
    health: 'AVAILABLE',
    status: 'CONNECTED',
    isCartEnabled: true,
    isCatalogVisible: false,
  };
}

/** Values derived from the number itself. */
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
