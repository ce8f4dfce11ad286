export const PROVIDERS = ['whatsapp', 'razorpay', 'payu', 'upi'] as const;
export type Provider = (typeof PROVIDERS)[number];

/** The gateways that Meta connects inside WhatsApp in India. */
export const WHATSAPP_GATEWAYS = ['razorpay', 'payu', 'billdesk', 'zaakpay'] as const;
export type WhatsappGatewayName = (typeof WHATSAPP_GATEWAYS)[number];

/** What everyone with the right scope may see of an account. */
export interface PaymentAccount {
  id: string;
  organizationId: string;
  provider: Provider;
  name: string;
  senderId: string | null;
  configurationName: string | null;
  gateway: WhatsappGatewayName | null;
  keyId: string | null;
  merchantKey: string | null;
  vpa: string | null;
  isDefault: boolean;
  hasKeySecret: boolean;
  hasWebhookSecret: boolean;
  hasSalt: boolean;
  previousWebhookSecretUntil: Date | null;
  createdAt: Date;
  updatedAt: Date;
}

export const SECRETS = ['keySecret', 'webhookSecret', 'previousWebhookSecret', 'salt'] as const;
export type SecretField = (typeof SECRETS)[number];
export type Secrets = Record<SecretField, string | null>;

/** Both webhook secrets are of one context: a rotation moves the sealed value from one column to the other. */
export function sealedAs(accountId: string, field: SecretField): string {
  const what = field === 'previousWebhookSecret' ? 'webhookSecret' : field;
  return `payment-account:${accountId}:${what}`;
}

type Field = 'configurationName' | 'gateway' | 'keyId' | 'keySecret' | 'merchantKey' | 'salt' | 'vpa';

/** Without these an account can do nothing. */
const NEEDED: Readonly<Record<Provider, readonly Field[]>> = {
  whatsapp: ['configurationName', 'gateway'],
  razorpay: ['keyId', 'keySecret'],
  payu: ['merchantKey', 'salt'],
  upi: ['vpa'],
};

export function missingFields(
  account: { provider: Provider } & Partial<Record<Field, string | null | undefined>>,
): Field[] {
  return NEEDED[account.provider].filter((field) => (account[field] ?? '') === '');
}
