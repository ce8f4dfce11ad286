import { randomBytes } from 'node:crypto';
import { DomainError, notFound } from '../../src/rules/errors/domain-error.js';

export const GATEWAYS = ['razorpay', 'payu', 'whatsapp'] as const;
export type GatewayName = (typeof GATEWAYS)[number];

export interface PlayedRefund {
  id: string;
  key: string;
  amount: number;
  currency: string;
  status: 'pending' | 'succeeded' | 'failed';
}

export interface PlayedTransaction {
  id: string;
  amount: number;
  currency: string;
  status: 'pending' | 'captured' | 'failed';
  refunds: PlayedRefund[];
}

/** A request for money, as its gateway knows it. Amounts are in hundredths, or in the gateway's smallest unit. */
export interface PlayedRequest {
  gateway: GatewayName;
  id: string;
  reference: string;
  amount: number;
  currency: string;
  url: string | null;
  status: 'open' | 'expired' | 'cancelled';
  transactions: PlayedTransaction[];
}

const idOf = (prefix: string): string => `${prefix}_${randomBytes(7).toString('hex')}`;

/** Every request that was made at the played gateways, by reference. */
export class PaymentBook {
  private readonly requests = new Map<string, PlayedRequest>();
  /** How many answers to new links are still to be lost. */
  lostAnswers = 0;
  /** How many calls about links each gateway has had. */
  readonly calls: Record<string, number> = {};

  count(what: string): void {
    this.calls[what] = (this.calls[what] ?? 0) + 1;
  }

  /** False: this answer gets lost. */
  answersNext(): boolean {
    if (this.lostAnswers === 0) return true;
    this.lostAnswers -= 1;
    return false;
  }

  find(gateway: GatewayName, reference: string): PlayedRequest | undefined {
    const request = this.requests.get(reference);
    return request?.gateway === gateway ? request : undefined;
  }

  withId(id: string): PlayedRequest | undefined {
    return [...this.requests.values()].find((request) => request.id === id);
  }

  withTransaction(id: string): { request: PlayedRequest; transaction: PlayedTransaction } | undefined {
    for (const request of this.requests.values()) {
      const transaction = request.transactions.find((one) => one.id === id);
      if (transaction !== undefined) return { request, transaction };
    }
    return undefined;
  }

  get(reference: string): PlayedRequest {
    const request = this.requests.get(reference);
    if (request === undefined) throw notFound('payment request', reference);
    return request;
  }

  make(gateway: GatewayName, asked: Pick<PlayedRequest, 'reference' | 'amount' | 'currency'>): PlayedRequest {
    const id = gateway === 'razorpay' ? idOf('plink') : asked.reference;
    const url = gateway === 'whatsapp' ? null : `https://pay.example/${gateway}/${id}`;
    const request: PlayedRequest = { gateway, id, url, ...asked, status: 'open', transactions: [] };
    this.requests.set(asked.reference, request);
    return request;
  }

  /** The customer tries to pay; the amount may be another one than was asked for. */
  pay(
    reference: string,
    {
      status,
      amount,
      currency,
    }: { status: PlayedTransaction['status']; amount: number | null; currency: string | null },
  ): PlayedTransaction {
    const request = this.get(reference);
    const open = request.transactions.find((one) => one.status === 'pending');
    if (open !== undefined) {
      open.status = status;
      return open;
    }
    const transaction: PlayedTransaction = {
      id: idOf('pay'),
      amount: amount ?? request.amount,
      currency: currency ?? request.currency,
      status,
      refunds: [],
    };
    request.transactions.push(transaction);
    return transaction;
  }

  /** The same key is the same refund. */
  refund(
    transaction: PlayedTransaction,
    { key, amount }: { key: string; amount: number },
    status: PlayedRefund['status'] = 'pending',
  ): PlayedRefund {
    const known = transaction.refunds.find((refund) => refund.key === key);
    if (known !== undefined) return known;
    const given = transaction.refunds.reduce(
      (sum, one) => sum + (one.status === 'failed' ? 0 : one.amount),
      0,
    );
    if (amount <= 0 || given + amount > transaction.amount) {
      throw new DomainError(
        'invalid',
        'refund_too_large',
        'The refund is more than what is left of the payment.',
      );
    }
    const refund = { id: idOf('rfnd'), key, amount, currency: transaction.currency, status };
    transaction.refunds.push(refund);
    return refund;
  }

  clear(): void {
    this.requests.clear();
    this.lostAnswers = 0;
    for (const name of Object.keys(this.calls)) this.calls[name] = 0;
  }
}
