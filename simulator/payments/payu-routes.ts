import { createHash } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { DomainError } from '../../src/rules/errors/domain-error.js';
import { ConnectionCut } from '../catalog/catalog-faults.js';
import { isObject, type JsonObject } from '../json.js';
import { ParsedBody } from '../parsed-body.js';
import type { GatewayHooks } from './gateway-hooks.js';
import type { PaymentBook, PlayedRequest } from './payment-book.js';

/** The commands of PayU that the product uses. Each is signed with the salt that the control routes were told. */
export function payuRoutes(app: FastifyInstance, book: PaymentBook, hooks: GatewayHooks): void {
  app.post('/merchant/postservice.php', (request) => {
    const body = request.body instanceof ParsedBody ? request.body.value : {};
    const form: JsonObject = isObject(body) ? body : {};
    const field = (name: string): string => {
      const value = form[name];
      return typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value);
    };
    const [key, command, var1] = [field('key'), field('command'), field('var1')];
    const salt = hooks.payu?.salt;
    const signed = createHash('sha512')
      .update([key, command, var1, salt ?? ''].join('|'))
      .digest('hex');
    if (salt !== undefined && signed !== field('hash')) return { status: 0, msg: 'Invalid Hash.' };
    if (command === 'create_invoice') return createInvoice(book, JSON.parse(var1) as Record<string, string>);
    if (command === 'verify_payment') return verify(book, var1);
    if (command === 'cancel_refund_transaction') return refund(book, var1, field('var2'), field('var3'));
    if (command === 'getAllRefundsFromTxnIds') return refundsOf(book, var1);
    return { status: 0, msg: 'Invalid Command' };
  });
}

const text = (hundredths: number): string => (hundredths / 100).toFixed(2);
const hundredths = (amount: string): number => Math.round(Number(amount) * 100);

function createInvoice(book: PaymentBook, { txnid = '', amount = '' }: Record<string, string>): JsonObject {
  book.count('payu.create');
  const known = book.find('payu', txnid);
  // The same transaction again: the same link.
  const link = known ?? book.make('payu', { reference: txnid, amount: hundredths(amount), currency: 'INR' });
  if (!book.answersNext()) throw new ConnectionCut();
  return { 'Transaction Id': txnid, 'Email Id': '', Phone: '', Status: 'Success', URL: link.url };
}

function verify(book: PaymentBook, txnid: string): JsonObject {
  book.count('payu.look');
  const request = book.find('payu', txnid);
  const last = request?.transactions.at(-1);
  if (request === undefined || last === undefined) {
    const nothing = { mihpayid: 'Not Found', status: 'Not Found' };
    return {
      status: 0,
      msg: '0 out of 1 Transactions Fetched Successfully',
      transaction_details: { [txnid]: nothing },
    };
  }
  const details = transactionOf(request, last);
  return {
    status: 1,
    msg: '1 out of 1 Transactions Fetched Successfully',
    transaction_details: { [txnid]: details },
  };
}

function transactionOf(
  { reference }: PlayedRequest,
  last: PlayedRequest['transactions'][number],
): JsonObject {
  const status = last.status === 'captured' ? 'success' : last.status === 'failed' ? 'failure' : 'pending';
  const failure =
    last.status === 'failed' ? { error_code: 'E501', error_Message: 'Bank denied transaction' } : {};
  const [amt, unmapped] = [text(last.amount), last.status];
  return {
    mihpayid: last.id,
    txnid: reference,
    amt,
    transaction_amount: amt,
    status,
    unmappedstatus: unmapped,
    ...failure,
  };
}

function refund(book: PaymentBook, mihpayid: string, token: string, amount: string): JsonObject {
  const found = book.withTransaction(mihpayid);
  if (found === undefined) return { status: 0, msg: 'Invalid payuid' };
  if (found.transaction.refunds.some(({ key }) => key === token))
    return { status: 0, msg: 'Duplicate token', error_code: 110 };
  try {
    const made = book.refund(found.transaction, { key: token, amount: hundredths(amount) });
    if (!book.answersNext()) throw new ConnectionCut();
    return { status: 1, msg: 'Refund Request Queued', request_id: made.id, mihpayid, error_code: 102 };
  } catch (error) {
    if (error instanceof DomainError) return { status: 0, msg: 'Refund amount is more', error_code: 105 };
    throw error;
  }
}

function refundsOf(book: PaymentBook, txnid: string): JsonObject {
  const refunds = book.find('payu', txnid)?.transactions.flatMap((one) => one.refunds) ?? [];
  const listed = refunds.map(({ id, amount, status }) => {
    const word = status === 'succeeded' ? 'success' : status === 'failed' ? 'failure' : 'queued';
    return [id, { RequestID: id, Amount: text(amount), Status: word }];
  });
  return { status: 1, 'Refund Details': { [txnid]: Object.fromEntries(listed) as JsonObject } };
}
