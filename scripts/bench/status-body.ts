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
