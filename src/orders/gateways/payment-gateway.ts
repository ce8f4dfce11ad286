import type { Cents } from '../../rules/money/money.js';

/** Why a call did not do what it was asked for. The words are the gateway's own, without secrets. */
export interface GatewayError {
  code: string;
  message: string;
}

/** A request for money, under the reference that is ours alone and never used twice. */
export interface LinkRequest {
  reference: string;
  amount: Cents;
  currency: string;
  description: string;
  expiresAt: Date;
  now: Date;
  customer: { name: string; phone: string | null; email: string | null };
}

/**
 * `refused`: the gateway has certainly made no link. `unknown`: it may have made one; the same request again finds it and
 * never makes a second.
 */
export type LinkAnswer =
  | { outcome: 'created'; gatewayId: string | null; url: string }
  | { outcome: 'refused'; error: GatewayError }
  | { outcome: 'unknown'; error: GatewayError };

/** By which names a gateway knows a payment. */
export interface KnownPayment {
  reference: string;
  /** Of the link, or what else the gateway calls the request. */
  gatewayId: string | null;
  /** Of the money that moved; null: none has. */
  transactionId: string | null;
}

/** One try to pay, as the gateway tells it. */
export interface GatewayTransaction {
  state: 'pending' | 'captured' | 'failed';
  amount: Cents;
  currency: string;
  transactionId: string | null;
  error: GatewayError | null;
}

/** Money that went back, as the gateway tells it. */
export interface GatewayRefund {
  /** The gateway's id for it. */
  gatewayId: string | null;
  /** Our id, where the gateway keeps it; null: it does not. */
  refundId: string | null;
  state: 'pending' | 'succeeded' | 'failed';
  amount: Cents;
  currency: string;
}

/** `missing`: nobody has tried to pay, or the gateway does not know the reference. */
export type LookUpAnswer =
  | {
      outcome: 'found';
      /** Whether the request can still be paid. */
      request: 'open' | 'expired' | 'cancelled';
      payments: GatewayTransaction[];
      refunds: GatewayRefund[];
    }
  | { outcome: 'missing' }
  | { outcome: 'refused'; error: GatewayError }
  | { outcome: 'unknown'; error: GatewayError };

export interface AskedRefund {
  /** Ours: a repetition under the same id is the same refund where the gateway supports it. */
  refundId: string;
  amount: Cents;
  currency: string;
}

/**
 * `unknown`: the money may be on its way back. Never ask again: look up, or ask a person. `not_sent`: the gateway has
 * certainly not been asked, and may be asked again.
 */
export type RefundAnswer =
  | { outcome: 'accepted'; gatewayId: string | null; state: 'pending' | 'succeeded' | 'failed' }
  | { outcome: 'refused'; error: GatewayError }
  | { outcome: 'not_sent'; error: GatewayError }
  | { outcome: 'unknown'; error: GatewayError };

/**
 * One account at one gateway, with its secrets. Every method is a network call: never inside a transaction. None of them
 * throws because of what a gateway says or fails to say.
 */
export abstract class PaymentGateway {
  abstract createLink(request: LinkRequest): Promise<LinkAnswer>;

  /** The only thing that says whether money has moved. */
  abstract lookUp(payment: KnownPayment): Promise<LookUpAnswer>;

  /** So that nobody pays what is not wanted any more. Where a gateway knows no such call, its links end by themselves. */
  cancelLink?(payment: KnownPayment): Promise<void>;

  abstract refund(payment: KnownPayment, asked: AskedRefund): Promise<RefundAnswer>;
}
