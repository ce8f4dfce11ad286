import { createHash, createHmac, randomBytes } from 'node:crypto';
import type { WebhookPost } from '../webhooks/webhook-post.client.js';
import type { PlayedRequest, PlayedTransaction } from './payment-book.js';
import { linkOf } from './razorpay-routes.js';

interface RazorpayHook {
  url: string;
  secret: string;
}

interface PayuHook {
  url: string;
  key: string;
  salt: string;
}

/** The webhooks of the played gateways, signed as theirs are. */
export class GatewayHooks {
  razorpay: RazorpayHook | undefined;
  payu: PayuHook | undefined;

  constructor(private readonly post: WebhookPost) {}

  /** Sends the same event so many times; returns the statuses that came back. */
  async tell(request: PlayedRequest, transaction: PlayedTransaction, times: number): Promise<number[]> {
    const statuses: number[] = [];
    const event = this.eventOf(request, transaction);
    for (let sent = 0; event !== undefined && sent < times; sent++)
      statuses.push(await this.post.sendPlain(new URL(event.url), event.body, event.headers));
    return statuses;
  }

  private eventOf(request: PlayedRequest, transaction: PlayedTransaction) {
    if (request.gateway === 'razorpay' && this.razorpay !== undefined)
      return razorpayEvent(this.razorpay, request, transaction);
    return request.gateway === 'payu' && this.payu !== undefined
      ? payuEvent(this.payu, request, transaction)
      : undefined;
  }
}

function razorpayEvent(
  { url, secret }: RazorpayHook,
  request: PlayedRequest,
  transaction: PlayedTransaction,
) {
  const { id, amount, currency, status } = transaction;
  const payment = {
    id,
    entity: 'payment',
    amount,
    currency,
    status,
    notes: { reference: request.reference },
  };
  const body = Buffer.from(
    JSON.stringify({
      entity: 'event',
      event: status === 'captured' ? 'payment_link.paid' : `payment.${status}`,
      payload: { payment_link: { entity: linkOf(request) }, payment: { entity: payment } },
    }),
  );
  const headers = {
    'content-type': 'application/json',
    'x-razorpay-signature': createHmac('sha256', secret).update(body).digest('hex'),
    'x-razorpay-event-id': `evt_${randomBytes(7).toString('hex')}`,
  };
  return { url, body, headers };
}

function payuEvent({ url, key, salt }: PayuHook, request: PlayedRequest, transaction: PlayedTransaction) {
  const status = transaction.status === 'captured' ? 'success' : 'failure';
  const [amount, txnid] = [(transaction.amount / 100).toFixed(2), request.reference];
  const [productinfo, firstname, email] = ['Order', 'Asha', ''];
  const signed = [
    salt,
    status,
    ...Array<string>(10).fill(''),
    email,
    firstname,
    productinfo,
    amount,
    txnid,
    key,
  ];
  const hash = createHash('sha512').update(signed.join('|')).digest('hex');
  const form = { mihpayid: transaction.id, status, txnid, amount, productinfo, firstname, email, key, hash };
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  return { url, body: Buffer.from(new URLSearchParams(form).toString()), headers };
}
