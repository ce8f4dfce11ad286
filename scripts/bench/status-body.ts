import { createHmac } from 'node:crypto';

export interface StatusPost {
  status: string;
  phoneNumberId: string;
  businessAccountId: string;
}

/** The n-th recipient of a benchmark, the same in the database and in what Meta reports. */
export const wamidOf = (n: number): string => `wamid.BENCH${String(n).padStart(12, '0')}`;
export const recipientIdOf = (n: number): string =>
  `01900000-0000-7000-8000-${n.toString(16).padStart(12, '0')}`;

/** One status as Meta posts it, with everything around it: about 700 bytes. */
export function statusBody(n: number, { status, phoneNumberId, businessAccountId }: StatusPost): string {
  const number = String(n % 100_000_000).padStart(8, '0');
  return JSON.stringify({
    object: 'whatsapp_business_account',
    entry: [
      {
        id: businessAccountId,
        changes: [
          {
            value: {
              messaging_product: 'whatsapp',
              metadata: { display_phone_number: '15550783881', phone_number_id: phoneNumberId },
              contacts: [{ wa_id: `9198${number}` }],
              statuses: [
                {
                  id: wamidOf(n),
                  status,
                  timestamp: '1794000001',
                  recipient_id: `9198${number}`,
                  biz_opaque_callback_data: `${recipientIdOf(n)}:1`,
                  conversation: { id: recipientIdOf(n).replaceAll('-', ''), origin: { type: 'marketing' } },
                  pricing: {
                    billable: true,
                    pricing_model: 'PMP',
                    category: 'marketing',
                    type: 'regular',
                  },
                },
              ],
            },
            field: 'messages',
          },
        ],
      },
    ],
  });
}

export const signatureOf = (body: string, secret: string): string =>
  `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;

const PHONE =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 ' +
  'Mobile/15E148 Safari/604.1';

/** The tracked link of a campaign (0: the probe that says that the process lives), and the key of the installation in base64. */
export interface BenchLink {
  number: number;
  key: string;
}

/** The token in the n-th recipient's message, as src/links/link-token.ts makes it. */
export function linkTokenOf(n: number, { number, key }: BenchLink): string {
  const derived = createHmac('sha256', Buffer.from(key, 'base64')).update('drumbeat links v1').digest();
  const signed = Buffer.alloc(21);
  signed.write(recipientIdOf(n).replaceAll('-', ''), 0, 'hex');
  signed.writeUInt32BE(number, 17);
  const mark = createHmac('sha256', derived).update(signed).digest().subarray(0, 6);
  return Buffer.concat([signed, mark]).toString('base64url');
}

/** Each person comes from another address, as behind a proxy. */
export function linkRequest(n: number, port: number, link: BenchLink): Buffer {
  const path = link.number === 0 ? '/health/live' : `/l/${linkTokenOf(n, link)}`;
  const address = `10.${(n >> 16) & 255}.${(n >> 8) & 255}.${n & 255}`;
  const head = [
    `GET ${path} HTTP/1.1`,
    `Host: 127.0.0.1:${port}`,
    `User-Agent: ${PHONE}`,
    `X-Forwarded-For: ${address}`,
  ];
  return Buffer.from(`${head.join('\r\n')}\r\n\r\n`);
}
