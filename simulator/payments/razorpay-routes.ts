import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { DomainError } from '../../src/rules/errors/domain-error.js';
import { ConnectionCut } from '../catalog/catalog-faults.js';
import { asText, isObject, type JsonObject } from '../json.js';
import { ParsedBody } from '../parsed-body.js';
import type { PaymentBook, PlayedRefund, PlayedRequest } from './payment-book.js';

/** Payment links of Razorpay, as far as the product uses them. */
export function razorpayRoutes(app: FastifyInstance, book: PaymentBook): void {
  app.post('/v1/payment_links', (request, reply) => {
    if (!isKeyed(request)) return refuse(reply, 401, 'The api key provided is invalid');
    book.count('razorpay.create');
    const { reference_id: named, amount, currency } = bodyOf(request);
    const reference = asText(named) ?? '';
    if (!Number.isSafeInteger(amount) || (amount as number) < 100)
      return refuse(reply, 400, 'The amount must be atleast INR 1.00');
    if (reference === '' || reference.length > 40) return refuse(reply, 400, 'The reference id is invalid');
    if (book.find('razorpay', reference) !== undefined) {
      const description = `payment link creation with reference_id: ${reference} already attempted`;
      return refuse(reply, 400, description);
    }
    const asked = { reference, amount: amount as number, currency: asText(currency) ?? 'INR' };
    const link = book.make('razorpay', asked);
    if (!book.answersNext()) throw new ConnectionCut();
    return linkOf(link);
  });
  app.get('/v1/payment_links', (request, reply) => {
    if (!isKeyed(request)) return refuse(reply, 401, 'The api key provided is invalid');
    const { reference_id: reference = '' } = request.query as Record<string, string>;
    const found = book.find('razorpay', reference);
    return { payment_links: found === undefined ? [] : [linkOf(found)] };
  });
  app.get('/v1/payment_links/:id', (request, reply) => {
    if (!isKeyed(request)) return refuse(reply, 401, 'The api key provided is invalid');
    book.count('razorpay.look');
    const link = book.withId((request.params as { id: string }).id);
    return link === undefined ? refuse(reply, 400, 'The id provided does not exist') : linkOf(link);
  });
  app.post('/v1/payment_links/:id/cancel', (request, reply) => {
    if (!isKeyed(request)) return refuse(reply, 401, 'The api key provided is invalid');
    book.count('razorpay.cancel');
    const link = book.withId((request.params as { id: string }).id);
    if (link === undefined) return refuse(reply, 400, 'The id provided does not exist');
    const isPaid = link.transactions.some(({ status }) => status === 'captured');
    if (link.status !== 'open' || isPaid) return refuse(reply, 400, 'The payment link cannot be cancelled');
    link.status = 'cancelled';
    return linkOf(link);
  });
  app.get('/v1/payments/:id/refunds', (request, reply) => {
    if (!isKeyed(request)) return refuse(reply, 401, 'The api key provided is invalid');
    const { id } = request.params as { id: string };
    const found = book.withTransaction(id);
    return {
      entity: 'collection',
      items: (found?.transaction.refunds ?? []).map((one) => refundOf(one, id)),
    };
  });
  app.post('/v1/payments/:id/refund', (request, reply) => {
    if (!isKeyed(request)) return refuse(reply, 401, 'The api key provided is invalid');
    const { id } = request.params as { id: string };
    const found = book.withTransaction(id);
    if (found === undefined) return refuse(reply, 400, 'The id provided does not exist');
    const { amount } = bodyOf(request);
    const key = String(request.headers['x-refund-idempotency'] ?? '');
    try {
      const refund = book.refund(found.transaction, { key, amount: Number(amount) });
      if (!book.answersNext()) throw new ConnectionCut();
      return refundOf(refund, id);
    } catch (error) {
      if (error instanceof DomainError) return refuse(reply, 400, error.message);
      throw error;
    }
  });
}

export function linkOf(link: PlayedRequest): JsonObject {
  const paid = link.transactions.filter(({ status }) => status === 'captured');
  const isPaid = paid.length > 0;
  return {
    ...{ id: link.id, entity: 'payment_link', reference_id: link.reference, short_url: link.url },
    ...{ amount: link.amount, currency: link.currency, accept_partial: false },
    amount_paid: paid.reduce((sum, { amount }) => sum + amount, 0),
    status: isPaid ? 'paid' : link.status === 'open' ? 'created' : link.status,
    payments: link.transactions.map(({ id, amount, currency, status }) => ({
      ...{ payment_id: id, amount, currency, status: status === 'pending' ? 'created' : status },
      ...(status === 'failed'
        ? { error_code: 'BAD_REQUEST_ERROR', error_description: 'Payment failed' }
        : {}),
    })),
  };
}

function refundOf({ id, key, amount, currency, status }: PlayedRefund, paymentId: string): JsonObject {
  const word = status === 'succeeded' ? 'processed' : status;
  const about = { id, entity: 'refund', amount, currency, payment_id: paymentId, status: word };
  return { ...about, receipt: key, notes: { refund_id: key } };
}

const isKeyed = ({ headers }: FastifyRequest): boolean =>
  headers.authorization?.startsWith('Basic ') === true;

function refuse(reply: FastifyReply, status: number, description: string): JsonObject {
  void reply.code(status);
  return {
    error: { code: 'BAD_REQUEST_ERROR', description, source: 'business', reason: 'input_validation_failed' },
  };
}

function bodyOf(request: FastifyRequest): JsonObject {
  const value = request.body instanceof ParsedBody ? request.body.value : {};
  return isObject(value) ? value : {};
}
