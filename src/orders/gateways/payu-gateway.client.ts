import { createHash } from 'node:crypto';
import { formatMoney, parseMoney, type Cents } from '../../rules/money/money.js';
import { asObject, asText, type JsonObject } from '../../whatsapp/json/json-fields.js';
import { ask, errorOf, type Send, type Told } from './gateway-call.js';
import {
  type AskedRefund,
  type GatewayRefund,
  type GatewayTransaction,
  type KnownPayment,
  type LinkAnswer,
  type LinkRequest,
  type LookUpAnswer,
  PaymentGateway,
  type RefundAnswer,
} from './payment-gateway.js';

interface PayuAccount {
  url: string;
  merchantKey: string;
  salt: string;
}

const PATH = '/merchant/postservice.php?form=2';
/** PayU knows no other currency. */
const CURRENCY = 'INR';
const HOUR_MS = 3_600_000;
/** PayU's longest token of a refund. */
const TOKEN_LENGTH = 23;

/** PayU's hosted links (its invoices), look-ups and refunds: commands over one address, each signed with the salt. */
export class PayuGateway extends PaymentGateway {
  constructor(
    private readonly account: PayuAccount,
    private readonly send: Send,
  ) {
    super();
  }

  /** A transaction id is used once: PayU makes no second link for it. */
  async createLink({
    reference,
    amount,
    description,
    expiresAt,
    now,
    customer,
  }: LinkRequest): Promise<LinkAnswer> {
    const hours = Math.max(1, Math.ceil((expiresAt.getTime() - now.getTime()) / HOUR_MS));
    const invoice = {
      amount: formatMoney(amount),
      txnid: reference,
      productinfo: description.slice(0, 100).toWellFormed(),
      firstname: customer.name.slice(0, 60).toWellFormed(),
      email: customer.email ?? '',
      phone: (customer.phone ?? '').replace(/^\+(?:91)?/, ''),
      // With the letter it counts hours, otherwise days.
      validation_period: hours,
      time_unit: 'H',
      send_email_now: '0',
      send_sms: '0',
    };
    const told = await this.command('create_invoice', JSON.stringify(invoice));
    if (told.outcome === 'lost') return { outcome: 'unknown', error: told.error };
    const url = asText(told.body['URL']) ?? asText(told.body['url']);
    const named = asText(told.body['Transaction Id']) ?? asText(told.body['txnid']) ?? reference;
    if (url !== undefined && named === reference) return { outcome: 'created', gatewayId: reference, url };
    const message = told.body['msg'] ?? told.body['message'] ?? told.body['Message'];
    return { outcome: 'refused', error: errorOf(told.body['error_code'], message, 'PayU made no link.') };
  }

  async lookUp({ reference }: KnownPayment): Promise<LookUpAnswer> {
    const told = await this.command('verify_payment', reference);
    if (told.outcome === 'lost') return { outcome: 'unknown', error: told.error };
    const found = asObject(asObject(told.body['transaction_details'])?.[reference]);
    const status = asText(found?.['status'])?.toLowerCase();
    if (found === undefined || status === 'not found') {
      const isKnown = asObject(told.body['transaction_details']) !== undefined;
      if (isKnown || isNothing(told.body)) return { outcome: 'missing' };
      return {
        outcome: 'refused',
        error: errorOf(told.body['error_code'], told.body['msg'], 'PayU refused the look-up.'),
      };
    }
    if (asText(found['txnid']) !== reference) return { outcome: 'missing' };
    const payment = readTransaction(found, status);
    if (payment === undefined)
      return {
        outcome: 'unknown',
        error: errorOf('bad_amount', null, 'PayU gave an amount that cannot be read.'),
      };
    const refunds = payment.state === 'captured' ? await this.refundsOf(reference) : [];
    if (refunds === undefined)
      return { outcome: 'unknown', error: errorOf(null, null, 'Its refunds could not be read.') };
    return { outcome: 'found', request: 'open', payments: [payment], refunds };
  }

  async refund({ transactionId }: KnownPayment, { refundId, amount }: AskedRefund): Promise<RefundAnswer> {
    if (transactionId === null)
      return { outcome: 'refused', error: errorOf('no_transaction', null, 'Nothing was paid.') };
    const told = await this.command(
      'cancel_refund_transaction',
      transactionId,
      refundToken(refundId),
      formatMoney(amount),
    );
    if (told.outcome === 'lost') return { outcome: 'unknown', error: told.error };
    const gatewayId = asText(told.body['request_id']) ?? null;
    if (asText(told.body['status']) === '1' && gatewayId !== null)
      return { outcome: 'accepted', gatewayId, state: 'pending' };
    return {
      outcome: 'refused',
      error: errorOf(told.body['error_code'], told.body['msg'], 'PayU refused the refund.'),
    };
  }

  private async refundsOf(reference: string): Promise<GatewayRefund[] | undefined> {
    const told = await this.command('getAllRefundsFromTxnIds', reference);
    if (told.outcome === 'lost') return undefined;
    const listed = asObject(asObject(told.body['Refund Details'])?.[reference]);
    return Object.values(listed ?? {}).flatMap((raw): GatewayRefund[] => {
      const refund = asObject(raw);
      const amount = readAmount(refund?.['Amount']);
      if (refund === undefined || amount === undefined) return [];
      return [
        {
          gatewayId: asText(refund['RequestID']) ?? null,
          refundId: null,
          state: refundState(refund['Status']),
          amount,
          currency: CURRENCY,
        },
      ];
    });
  }

  private async command(command: string, var1: string, var2?: string, var3?: string): Promise<Told> {
    const { url, merchantKey, salt } = this.account;
    const hash = createHash('sha512').update([merchantKey, command, var1, salt].join('|')).digest('hex');
    const form = new URLSearchParams({ key: merchantKey, command, var1, hash });
    if (var2 !== undefined) form.set('var2', var2);
    if (var3 !== undefined) form.set('var3', var3);
    const headers = { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' };
    return ask(this.send, { method: 'POST', url: url + PATH, headers, body: form.toString() });
  }
}

/** PayU answers both an unknown id and a refused call with status 0; only the words tell them apart. */
const isNothing = (body: JsonObject): boolean =>
  /0 out of|not found|no transaction/i.test(asText(body['msg']) ?? '');

function readTransaction(found: JsonObject, status: string | undefined): GatewayTransaction | undefined {
  const amount = readAmount(found['transaction_amount'] ?? found['amt'] ?? found['amount']);
  if (amount === undefined) return undefined;
  const state = status === 'success' ? 'captured' : status === 'pending' ? 'pending' : 'failed';
  const error =
    state === 'failed' ? errorOf(found['error_code'], found['error_Message'], 'The payment failed.') : null;
  return { state, amount, currency: CURRENCY, transactionId: asText(found['mihpayid']) ?? null, error };
}

/** `100.00`; PayU writes whole amounts without decimals too. */
function readAmount(value: unknown): Cents | undefined {
  try {
    return parseMoney(asText(value) ?? '');
  } catch {
    return undefined;
  }
}

/** The same refund has the same token, and PayU takes a token once. */
function refundToken(refundId: string): string {
  return createHash('sha256').update(refundId).digest('hex').slice(0, TOKEN_LENGTH);
}

function refundState(status: unknown): GatewayRefund['state'] {
  const word = asText(status)?.toLowerCase();
  if (word === 'success') return 'succeeded';
  return word === 'failure' || word === 'failed' ? 'failed' : 'pending';
}
