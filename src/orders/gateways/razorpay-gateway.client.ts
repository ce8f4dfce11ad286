import { fromSmallestUnits, smallestUnits } from '../../rules/money/smallest-units.js';
import { asObject, asObjects, asText, type JsonObject } from '../../whatsapp/json/json-fields.js';
import { ask, errorOf, type Send, type Told } from './gateway-call.js';
import {
  type AskedRefund,
  type GatewayError,
  type GatewayRefund,
  type GatewayTransaction,
  type KnownPayment,
  type LinkAnswer,
  type LinkRequest,
  type LookUpAnswer,
  PaymentGateway,
  type RefundAnswer,
} from './payment-gateway.js';

interface RazorpayAccount {
  url: string;
  keyId: string;
  keySecret: string;
}

/** Razorpay wants at least 15 minutes; one more for clocks that differ. */
const SHORTEST_LINK_MS = 16 * 60_000;
const MAX_DESCRIPTION = 2_048;

/** Payment links of Razorpay. */
export class RazorpayGateway extends PaymentGateway {
  private readonly authorization: string;

  constructor(
    private readonly account: RazorpayAccount,
    private readonly send: Send,
  ) {
    super();
    const { keyId, keySecret } = account;
    this.authorization = `Basic ${Buffer.from(`${keyId}:${keySecret}`).toString('base64')}`;
  }

  /** Its reference makes a link unique: a repetition is refused, and then the first one is found by it. */
  async createLink(request: LinkRequest): Promise<LinkAnswer> {
    const { reference, amount, currency, description, expiresAt, now, customer } = request;
    const expires = Math.max(expiresAt.getTime(), now.getTime() + SHORTEST_LINK_MS);
    const told = await this.call('POST', '/v1/payment_links', {
      amount: smallestUnits(amount, currency),
      currency,
      accept_partial: false,
      reference_id: reference,
      description: description.slice(0, MAX_DESCRIPTION).toWellFormed(),
      customer: {
        name: customer.name,
        ...(customer.phone === null ? {} : { contact: customer.phone }),
        ...(customer.email === null ? {} : { email: customer.email }),
      },
      // The message is ours.
      notify: { sms: false, email: false },
      reminder_enable: false,
      expire_by: Math.floor(expires / 1_000),
      notes: { reference },
    });
    if (told.outcome === 'lost') return { outcome: 'unknown', error: told.error };
    if (isOk(told)) return madeLink(told.body) ?? { outcome: 'unknown', error: errorIn(told) };
    const error = errorIn(told);
    return /reference.?id/i.test(error.message) && /already|exist|attempt/i.test(error.message)
      ? this.findLink(reference, error)
      : { outcome: 'refused', error };
  }

  private async findLink(reference: string, refusal: GatewayError): Promise<LinkAnswer> {
    const told = await this.call('GET', `/v1/payment_links?reference_id=${encodeURIComponent(reference)}`);
    if (told.outcome === 'lost') return { outcome: 'unknown', error: told.error };
    const links = asObjects(told.body['payment_links']).filter(
      (link) => asText(link['reference_id']) === reference,
    );
    const [link] = links;
    return (link && madeLink(link)) ?? { outcome: 'refused', error: refusal };
  }

  async lookUp({ reference, gatewayId }: KnownPayment): Promise<LookUpAnswer> {
    if (gatewayId === null) return { outcome: 'missing' };
    const told = await this.call('GET', `/v1/payment_links/${encodeURIComponent(gatewayId)}`);
    if (told.outcome === 'lost') return { outcome: 'unknown', error: told.error };
    if (!isOk(told)) return { outcome: 'refused', error: errorIn(told) };
    const link = told.body;
    if (asText(link['reference_id']) !== reference) return { outcome: 'missing' };
    const raw = await this.withCaptured(asObjects(link['payments']));
    if (raw === undefined)
      return { outcome: 'unknown', error: errorOf(null, null, 'A refunded payment could not be read.') };
    const payments = raw.flatMap((one) => readPayment(one, link));
    if (payments.length < raw.length)
      return {
        outcome: 'unknown',
        error: errorOf('bad_amount', null, 'Razorpay gave an amount that cannot be read.'),
      };
    const refunds: GatewayRefund[] = [];
    for (const { state, transactionId } of payments) {
      if (state !== 'captured' || transactionId === null) continue;
      const found = await this.refundsOf(transactionId);
      if (found === undefined)
        return { outcome: 'unknown', error: errorOf(null, null, 'Its refunds could not be read.') };
      refunds.push(...found);
    }
    const status = asText(link['status']);
    const request = status === 'expired' || status === 'cancelled' ? status : 'open';
    return { outcome: 'found', request, payments, refunds };
  }

  override async cancelLink({ gatewayId }: KnownPayment): Promise<void> {
    if (gatewayId !== null)
      await this.call('POST', `/v1/payment_links/${encodeURIComponent(gatewayId)}/cancel`);
  }

  async refund(
    { transactionId }: KnownPayment,
    { refundId, amount, currency }: AskedRefund,
  ): Promise<RefundAnswer> {
    if (transactionId === null)
      return { outcome: 'refused', error: errorOf('no_transaction', null, 'Nothing was paid.') };
    const path = `/v1/payments/${encodeURIComponent(transactionId)}/refund`;
    const body = {
      amount: smallestUnits(amount, currency),
      receipt: refundId,
      notes: { refund_id: refundId },
    };
    const told = await this.call('POST', path, body, { 'x-refund-idempotency': refundId });
    if (told.outcome === 'lost') return { outcome: 'unknown', error: told.error };
    if (!isOk(told)) return { outcome: 'refused', error: errorIn(told) };
    const gatewayId = asText(told.body['id']) ?? null;
    if (gatewayId === null) return { outcome: 'unknown', error: errorIn(told) };
    return { outcome: 'accepted', gatewayId, state: refundState(told.body['status']) };
  }

  /**
   * What was only authorized goes back as `refunded` too, and nobody was paid. The link does not say which of them it was;
   * the payment does. Undefined: it did not answer.
   */
  private async withCaptured(payments: readonly JsonObject[]): Promise<JsonObject[] | undefined> {
    const read: JsonObject[] = [];
    for (const payment of payments) {
      const id = asText(payment['payment_id']);
      if (payment['status'] !== 'refunded' || id === undefined) {
        read.push(payment);
        continue;
      }
      const told = await this.call('GET', `/v1/payments/${encodeURIComponent(id)}`);
      if (told.outcome === 'lost' || !isOk(told)) return undefined;
      read.push({ ...payment, captured: told.body['captured'] });
    }
    return read;
  }

  private async refundsOf(transactionId: string): Promise<GatewayRefund[] | undefined> {
    const told = await this.call(
      'GET',
      `/v1/payments/${encodeURIComponent(transactionId)}/refunds?count=100`,
    );
    if (told.outcome === 'lost' || !isOk(told)) return undefined;
    return asObjects(told.body['items']).flatMap((raw): GatewayRefund[] => {
      const currency = asText(raw['currency']) ?? '';
      const amount = fromSmallestUnits(raw['amount'], currency);
      if (amount === undefined) return [];
      const refundId = asText(asObject(raw['notes'])?.['refund_id']) ?? asText(raw['receipt']) ?? null;
      const gatewayId = asText(raw['id']) ?? null;
      return [{ gatewayId, refundId, state: refundState(raw['status']), amount, currency }];
    });
  }

  private async call(
    method: 'GET' | 'POST',
    path: string,
    body?: object,
    headers: Record<string, string> = {},
  ): Promise<Told> {
    const content = body === undefined ? {} : { body: JSON.stringify(body) };
    return ask(this.send, {
      method,
      url: this.account.url + path,
      headers: {
        authorization: this.authorization,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...content,
    });
  }
}

type Answered = Extract<Told, { outcome: 'told' }>;

const isOk = ({ status }: Answered): boolean => status >= 200 && status < 300;

function errorIn({ status, body }: Answered): GatewayError {
  const error = asObject(body['error']);
  return errorOf(error?.['code'], error?.['description'], `Razorpay answered HTTP ${status}.`);
}

function madeLink(link: JsonObject): LinkAnswer | undefined {
  const [gatewayId, url] = [asText(link['id']), asText(link['short_url'])];
  return gatewayId === undefined || url === undefined ? undefined : { outcome: 'created', gatewayId, url };
}

/** The currency stands on the payment, or else on the link that it pays. */
function readPayment(raw: JsonObject, link: JsonObject): GatewayTransaction[] {
  const currency = asText(raw['currency']) ?? asText(link['currency']) ?? '';
  const amount = fromSmallestUnits(raw['amount'], currency);
  if (amount === undefined) return [];
  const status = asText(raw['status']);
  // A refunded payment may have been captured once, and then its refunds stand in their own list.
  const isPaid = status === 'captured' || (status === 'refunded' && raw['captured'] === true);
  const isOver = status === 'failed' || status === 'refunded';
  const state = isPaid ? 'captured' : isOver ? 'failed' : 'pending';
  const error =
    state === 'failed' ? errorOf(raw['error_code'], raw['error_description'], 'The payment failed.') : null;
  return [{ state, amount, currency, transactionId: asText(raw['payment_id']) ?? null, error }];
}

function refundState(status: unknown): GatewayRefund['state'] {
  if (status === 'processed') return 'succeeded';
  return status === 'failed' ? 'failed' : 'pending';
}
