import { asObject, asText } from '../../whatsapp/json/json-fields.js';
import { parseJsonKeepingIds } from '../../whatsapp/json/parse-json.js';
import type { NamedPayments } from '../payments/payment-names.js';

const LONGEST = 100;

const fitting = (values: readonly unknown[]): string[] =>
  values.flatMap((value) => {
    const text = asText(value);
    return text === undefined || text.length > LONGEST || /[^\x20-\x7e]/.test(text) ? [] : [text];
  });

/** The payments that a webhook is about. Undefined: it cannot be read. */
export function namedByRazorpay(body: Buffer): NamedPayments | undefined {
  let event;
  try {
    event = asObject(parseJsonKeepingIds(body.toString()));
  } catch {
    return undefined;
  }
  if (event === undefined) return undefined;
  const payload = asObject(event['payload']);
  const entity = (name: string) => asObject(asObject(payload?.[name])?.['entity']);
  const [link, payment, refund] = [entity('payment_link'), entity('payment'), entity('refund')];
  const notes = asObject(payment?.['notes']);
  return {
    references: fitting([link?.['reference_id'], notes?.['reference']]),
    gatewayIds: fitting([link?.['id']]),
    transactionIds: fitting([payment?.['id'], refund?.['payment_id']]),
  };
}

export function namedByPayu(body: Buffer): NamedPayments {
  const form = new URLSearchParams(body.toString());
  return {
    references: fitting([form.get('txnid')]),
    gatewayIds: [],
    transactionIds: fitting([form.get('mihpayid')]),
  };
}
