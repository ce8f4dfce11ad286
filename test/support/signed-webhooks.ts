import { createHmac } from 'node:crypto';

export const APP_SECRET = 'test-app-secret';
export const VERIFY_TOKEN = 'test-verify-token';
export const PHONE_NUMBER_ID = '106540352242922';
export const BUSINESS_ACCOUNT_ID = '102290129340398';

/** An application whose sender comes from the environment, as most installations have it. */
export const WEBHOOK_ENV = {
  WHATSAPP_ACCESS_TOKEN: 'EAAG-test',
  WHATSAPP_PHONE_NUMBER_ID: PHONE_NUMBER_ID,
  WHATSAPP_BUSINESS_ACCOUNT_ID: BUSINESS_ACCOUNT_ID,
  WHATSAPP_APP_SECRET: APP_SECRET,
  WHATSAPP_VERIFY_TOKEN: VERIFY_TOKEN,
};

export const signatureOf = (body: string | Buffer, secret = APP_SECRET): string =>
  `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;

/** JSON as Meta writes it: everything beyond ASCII is escaped, and so are slashes. */
export function metaJson(value: unknown): string {
  return JSON.stringify(value)
    .replaceAll('/', '\\/')
    .replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

export interface About {
  phoneNumberId?: string;
  businessAccountId?: string;
  /** When Meta says that it happened. */
  time?: Date;
}

/** One entry with one change. */
export function change(
  field: string,
  value: object,
  { businessAccountId = BUSINESS_ACCOUNT_ID, time }: About = {},
): object {
  const stamp = time === undefined ? {} : { time: Math.floor(time.getTime() / 1_000) };
  return { id: businessAccountId, ...stamp, changes: [{ field, value }] };
}

/** The value of a `messages` change: statuses, messages, whatever is given. */
export function messaging(lists: object, about: About = {}): object {
  const { phoneNumberId = PHONE_NUMBER_ID } = about;
  const metadata = { display_phone_number: '15550783881', phone_number_id: phoneNumberId };
  return change('messages', { messaging_product: 'whatsapp', metadata, ...lists }, about);
}

export const status = (wamid: string, word = 'delivered', more: object = {}): object => ({
  id: wamid,
  status: word,
  timestamp: '1794000001',
  recipient_id: '551199990000',
  ...more,
});

export const textMessage = (wamid: string, body: string, more: object = {}): object => ({
  from: '551199990000',
  id: wamid,
  timestamp: '1794000100',
  type: 'text',
  text: { body },
  ...more,
});

export const webhook = (...entries: object[]): string =>
  metaJson({ object: 'whatsapp_business_account', entry: entries });

export const statuses = (...wamids: string[]): string =>
  webhook(messaging({ statuses: wamids.map((wamid) => status(wamid)) }));
