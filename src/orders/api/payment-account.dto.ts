import { Flag, Instant, NestedList, OneOf, Text, Uuid } from '../../platform/http/fields.js';
import { CursorQuery, PageDto } from '../../platform/http/paging.js';
import {
  type PaymentAccount,
  PROVIDERS,
  type Provider,
  WHATSAPP_GATEWAYS,
  type WhatsappGatewayName,
} from '../payment-accounts/payment-account.js';

const SECRET = { optional: true, nullable: true, min: 1, max: 500, pattern: /^[\x21-\x7e]+$/ };
const HINT = { hint: 'must hold only visible ASCII characters and no spaces' };
const NAME = { min: 1, max: 200, example: 'Razorpay, live' };
const PLAIN = { optional: true, nullable: true, min: 1, max: 200 };
const DESCRIBED = {
  previousWebhookSecret: 'Of Razorpay: accepted for 24 hours beside the current one',
  webhookSecret: 'Of Razorpay. A new one keeps the old one valid for 24 hours',
  configurationName: 'Of whatsapp: the payment configuration of the WhatsApp account',
};

export class UpdatePaymentAccountDto {
  @Text({ ...NAME, optional: true })
  name?: string;

  @Uuid({ optional: true, nullable: true, description: 'Of whatsapp: the number that asks for the money' })
  senderId?: string | null;

  @Text({ ...PLAIN, max: 100, description: DESCRIBED.configurationName })
  configurationName?: string | null;

  @OneOf(WHATSAPP_GATEWAYS, {
    optional: true,
    nullable: true,
    description: 'Of whatsapp: the gateway behind it',
  })
  gateway?: WhatsappGatewayName | null;

  @Text({ ...SECRET, ...HINT, max: 200, description: 'Of razorpay', example: 'rzp_live_AbC123' })
  keyId?: string | null;

  @Text({ ...SECRET, ...HINT, description: 'Of razorpay; never shown' })
  keySecret?: string | null;

  @Text({ ...SECRET, ...HINT, description: DESCRIBED.webhookSecret })
  webhookSecret?: string | null;

  @Text({ ...SECRET, ...HINT, description: DESCRIBED.previousWebhookSecret })
  previousWebhookSecret?: string | null;

  @Text({ ...SECRET, ...HINT, max: 200, description: 'Of payu' })
  merchantKey?: string | null;

  @Text({ ...SECRET, ...HINT, description: 'Of payu; never shown' })
  salt?: string | null;

  @Text({
    ...PLAIN,
    pattern: /^[A-Za-z0-9._-]{2,100}@[A-Za-z0-9.-]{2,64}$/,
    hint: 'must be a UPI address, as in shop@bank',
    example: 'shop@okhdfcbank',
    description: 'Of upi',
  })
  vpa?: string | null;

  @Flag({ optional: true, description: 'Used when a request names no account; the first account is' })
  isDefault?: boolean;
}

export class CreatePaymentAccountDto extends UpdatePaymentAccountDto {
  @OneOf(PROVIDERS)
  provider!: Provider;

  @Text(NAME)
  declare name: string;
}

export class PaymentAccountsQuery extends CursorQuery {}

export class PaymentAccountDto {
  @Uuid()
  id!: string;

  @OneOf(PROVIDERS)
  provider!: Provider;

  @Text(NAME)
  name!: string;

  @Uuid({ nullable: true })
  senderId!: string | null;

  @Text({ nullable: true })
  configurationName!: string | null;

  @OneOf(WHATSAPP_GATEWAYS, { nullable: true })
  gateway!: WhatsappGatewayName | null;

  @Text({ nullable: true })
  keyId!: string | null;

  @Text({ nullable: true })
  merchantKey!: string | null;

  @Text({ nullable: true })
  vpa!: string | null;

  @Flag()
  isDefault!: boolean;

  @Flag({ description: 'Whether one is set: secrets are never shown' })
  hasKeySecret!: boolean;

  @Flag()
  hasWebhookSecret!: boolean;

  @Flag()
  hasSalt!: boolean;

  @Instant({ nullable: true, description: 'Until then the webhook secret before the last change counts too' })
  previousWebhookSecretUntil!: string | null;

  @Instant()
  createdAt!: string;

  @Instant()
  updatedAt!: string;

  /** Field by field: what is not named here cannot leave. */
  static of(account: PaymentAccount): PaymentAccountDto {
    const { id, provider, name, senderId, configurationName, gateway, keyId, merchantKey, vpa } = account;
    const { isDefault, hasKeySecret, hasWebhookSecret, hasSalt } = account;
    return {
      ...{ id, provider, name, senderId, configurationName, gateway, keyId, merchantKey, vpa },
      ...{ isDefault, hasKeySecret, hasWebhookSecret, hasSalt },
      previousWebhookSecretUntil: account.previousWebhookSecretUntil?.toISOString() ?? null,
      createdAt: account.createdAt.toISOString(),
      updatedAt: account.updatedAt.toISOString(),
    };
  }
}

export class PaymentAccountPageDto extends PageDto {
  @NestedList(() => PaymentAccountDto)
  data!: PaymentAccountDto[];
}
