import { fromOffsetAmount, toOffsetTexts } from '../../rules/money/amount-encodings.js';
import type { Cents } from '../../rules/money/money.js';
import type { GraphAnswer } from '../../whatsapp/graph/graph-answer.js';
import { asObject, asObjects, asText, type JsonObject } from '../../whatsapp/json/json-fields.js';
import type { PaymentsClient } from '../../whatsapp/payments/payments.client.js';
import { errorOf } from './gateway-call.js';
import {
  type AskedRefund,
  type GatewayError,
  type GatewayRefund,
  type GatewayTransaction,
  type KnownPayment,
  type LinkAnswer,
  type LookUpAnswer,
  PaymentGateway,
  type RefundAnswer,
} from './payment-gateway.js';

interface WhatsappAccount {
  token: string;
  phoneNumberId: string;
  configuration: string;
}

/** A gateway inside WhatsApp: the message is the request, and Meta says what became of it. */
export class WhatsappGateway extends PaymentGateway {
  constructor(
    private readonly account: WhatsappAccount,
    private readonly payments: PaymentsClient,
  ) {
    super();
  }

  createLink(): Promise<LinkAnswer> {
    const message = 'A payment inside WhatsApp has no link: its message is the request.';
    return Promise.resolve({ outcome: 'refused', error: errorOf('no_link', null, message) });
  }

  async lookUp({ reference }: KnownPayment): Promise<LookUpAnswer> {
    const { token, ...place } = this.account;
    const answer = await this.payments.lookUp(token, { ...place, reference });
    // Meta answers so until the customer has tried.
    if (answer.outcome === 'refused' && answer.error.httpStatus === 404) return { outcome: 'missing' };
    if (answer.outcome !== 'ok') return failed(answer);
    const found = asObjects(asObject(answer.body)?.['payments']).find(
      (payment) => asText(payment['reference_id']) === reference,
    );
    if (found === undefined) return { outcome: 'missing' };
    const transactions = asObjects(found['transactions']);
    const payments = transactions.flatMap((raw) => readTransaction(raw, found));
    if (payments.length < transactions.length)
      return {
        outcome: 'unknown',
        error: errorOf('bad_amount', null, 'Meta gave an amount that cannot be read.'),
      };
    const refunds = [found, ...transactions]
      .flatMap((holder) => asObjects(holder['refunds']))
      .flatMap(readRefund(found));
    return { outcome: 'found', request: 'open', payments, refunds };
  }

  async refund({ reference }: KnownPayment, { amount, currency }: AskedRefund): Promise<RefundAnswer> {
    const { token, phoneNumberId, configuration } = this.account;
    const answer = await this.payments.refund(token, phoneNumberId, {
      reference_id: reference,
      speed: 'normal',
      payment_config_id: configuration,
      amount: { currency, ...toOffsetTexts(amount) },
    });
    if (answer.outcome === 'not-sent') return { outcome: 'not_sent', error: failed(answer).error };
    if (answer.outcome !== 'ok') return failed(answer);
    const body = asObject(answer.body);
    const gatewayId = asText(body?.['id']) ?? null;
    const status = body?.['status'];
    if (gatewayId === null)
      return {
        outcome: 'unknown',
        error: errorOf(null, null, 'Meta answered without the id of the refund.'),
      };
    return { outcome: 'accepted', gatewayId, state: refundState(status) };
  }
}

function failed(answer: Exclude<GraphAnswer, { outcome: 'ok' }>): {
  outcome: 'refused' | 'unknown';
  error: GatewayError;
} {
  const { code, title, details } = answer.error;
  const error = errorOf(code, details ?? title, 'Meta did not answer.');
  // What never left this machine is certain for Meta, but no reason to give up: it is asked again.
  return { outcome: answer.outcome === 'refused' ? 'refused' : 'unknown', error };
}

/** The amount and currency stand on the transaction, or else on the payment it belongs to. */
function readTransaction(raw: JsonObject, payment: JsonObject): GatewayTransaction[] {
  const given = asObject(raw['amount']) ?? asObject(payment['total_amount']) ?? asObject(payment['amount']);
  const amount = readAmount(given);
  if (amount === undefined) return [];
  const status = asText(raw['status']);
  const state = status === 'success' ? 'captured' : status === 'failed' ? 'failed' : 'pending';
  const error = asObject(raw['error']);
  return [
    {
      state,
      amount,
      currency: asText(raw['currency']) ?? asText(payment['currency']) ?? '',
      transactionId: asText(raw['pg_transaction_id']) ?? asText(raw['id']) ?? null,
      error: state === 'failed' ? errorOf(error?.['code'], error?.['reason'], 'The payment failed.') : null,
    },
  ];
}

const readRefund =
  (payment: JsonObject) =>
  (raw: JsonObject): GatewayRefund[] => {
    const given = asObject(raw['amount']);
    const amount = readAmount(given);
    if (amount === undefined) return [];
    const currency = asText(given?.['currency']) ?? asText(payment['currency']) ?? '';
    const gatewayId = asText(raw['id']) ?? null;
    return [{ gatewayId, refundId: null, state: refundState(raw['status']), amount, currency }];
  };

function readAmount(given: JsonObject | undefined): Cents | undefined {
  const [value, offset] = [asText(given?.['value']), asText(given?.['offset']) ?? '100'];
  if (value === undefined) return undefined;
  try {
    return fromOffsetAmount({ value, offset });
  } catch {
    return undefined;
  }
}

/** `completed` in answers to refunds, `success` in look-ups and webhooks. */
function refundState(status: unknown): GatewayRefund['state'] {
  if (status === 'completed' || status === 'success') return 'succeeded';
  return status === 'failed' ? 'failed' : 'pending';
}
