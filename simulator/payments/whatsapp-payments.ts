import type { FastifyInstance } from 'fastify';
import { DomainError } from '../../src/rules/errors/domain-error.js';
import type { Business, Businesses, PhoneNumber } from '../business.js';
import { ConnectionCut } from '../catalog/catalog-faults.js';
import { GraphError, invalidParameter, unknownObject } from '../graph/graph-error.js';
import type { Handlers } from '../graph/graph-call.js';
import { asText, isObject, type JsonObject } from '../json.js';
import { ValueUpdate } from '../webhooks/webhook-update.js';
import type { PaymentBook, PlayedRequest, PlayedTransaction } from './payment-book.js';

/** Meta's look-up: `GET /{number}/payments/{configuration}/{reference}`. */
export function paymentLookUps(app: FastifyInstance, businesses: Businesses, book: PaymentBook): void {
  app.get('/:id/payments/:configuration/:reference', (request) => {
    const { id, reference } = request.params as Record<'id' | 'reference', string>;
    const token = request.headers.authorization?.replace(/^Bearer /, '') ?? '';
    const caller = businesses.ofToken(token);
    if (caller === undefined) throw new GraphError(190);
    if (caller.phone(id) === undefined) throw unknownObject('GET', id);
    book.count('whatsapp.look');
    const asked = book.find('whatsapp', reference);
    return { payments: asked === undefined || asked.transactions.length === 0 ? [] : [lookedUp(asked)] };
  });
}

export function refundEdge(book: PaymentBook): Handlers<PhoneNumber> {
  return {
    POST: (_, { params }) => {
      const { reference_id: reference, amount } = params;
      const asked = book.find('whatsapp', asText(reference) ?? '');
      const paid = asked?.transactions.find(({ status }) => status === 'captured');
      if (paid === undefined) throw invalidParameter('There is no successful payment with this reference_id');
      const value = isObject(amount) ? Number(amount.value) : NaN;
      try {
        const refund = book.refund(paid, { key: `${paid.refunds.length}`, amount: value });
        if (!book.answersNext()) throw new ConnectionCut();
        return { id: refund.id, status: 'pending', speed_processed: 'normal' };
      } catch (error) {
        if (error instanceof DomainError) throw invalidParameter(error.message);
        throw error;
      }
    },
  };
}

const word = ({ status }: PlayedTransaction): string => (status === 'captured' ? 'success' : status);

function lookedUp({ reference, currency, amount, transactions }: PlayedRequest): JsonObject {
  const isPaid = transactions.some(({ status }) => status === 'captured');
  return {
    ...{ reference_id: reference, status: isPaid ? 'captured' : 'pending', currency },
    total_amount: { value: amount, offset: 100 },
    transactions: transactions.map((one) => ({
      ...{ id: `order_${one.id}`, pg_transaction_id: one.id, type: 'razorpay', status: word(one) },
      ...{ amount: { value: one.amount, offset: 100 }, currency: one.currency, method: { type: 'upi' } },
      refunds: one.refunds.map((refund) => ({
        ...{ id: refund.id, amount: { value: refund.amount, offset: 100, currency: refund.currency } },
        status: refund.status === 'succeeded' ? 'success' : refund.status,
      })),
    })),
  };
}

/** The status of `type: payment` that Meta sends in `statuses[]`. */
export function paymentUpdate(
  business: Business,
  phone: PhoneNumber,
  { reference, currency }: PlayedRequest,
  transaction: PlayedTransaction,
  seconds: number,
): ValueUpdate {
  const status = transaction.status === 'failed' ? 'failed' : transaction.status;
  const payment = {
    ...{ reference_id: reference, amount: { value: transaction.amount, offset: 100 }, currency },
    transaction: {
      id: `order_${transaction.id}`,
      pg_transaction_id: transaction.id,
      status: word(transaction),
    },
  };
  const told = { id: `gBPAY${transaction.id}`, type: 'payment', status, timestamp: String(seconds), payment };
  const value = `{"messaging_product":"whatsapp","metadata":${phone.metadata},"statuses":[${JSON.stringify(told)}]}`;
  return new ValueUpdate('payment', 'messages', business.wabaId, value);
}
