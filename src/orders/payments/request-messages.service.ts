import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { DomainError } from '../../rules/errors/domain-error.js';
import { uuidV7 } from '../../rules/ids/uuid-v7.js';
import { parseMoney } from '../../rules/money/money.js';
import type { OpenOrder } from '../moves/open-order.js';
import { type Notice, paymentKey, paymentReminder } from '../notices/notice.js';
import { OrderNotices, type Reason } from '../notices/order-notices.service.js';
import type { PaymentAccount } from '../payment-accounts/payment-account.js';
import type { NoticeSettings } from '../settings/commerce-settings.js';
import { type OrderDetails, orderDetails } from './order-details.js';
import { upiLink } from './payment-reference.js';
import * as queries from './payment-rows.queries.js';
import { unsupported } from './unsupported.js';

type Asked = Pick<
  queries.PaymentRow,
  'provider' | 'attempt' | 'reference' | 'amount' | 'senderId' | 'url' | 'expiresAt'
>;

/** The messages that ask for money: each reason has one. */
@Injectable()
export class RequestMessages {
  constructor(private readonly notices: OrderNotices) {}

  /** Where no link has to be made: the message goes with the request, or there is no request. */
  async askAtOnce(
    tx: EntityManager,
    open: OpenOrder,
    account: PaymentAccount,
    payment: queries.NewPayment,
  ): Promise<void> {
    if (payment.provider === 'upi') payment.url = upiOf(open, account, payment);
    const messageId = uuidV7();
    const reason = await this.ask(tx, open, account, payment, messageId);
    if (payment.provider === 'whatsapp' && reason !== undefined) {
      const detail = `The message that asks for the money cannot be sent (${reason}). With a closed service window it needs a UTILITY template with a button of the type ORDER_DETAILS, named in messages.paymentRequest.`;
      throw new DomainError('rule', 'window_closed', detail);
    }
    if (reason === undefined) payment.messageId = messageId;
  }

  /** Returns why no message was written. */
  async ask(
    tx: EntityManager,
    open: OpenOrder,
    account: PaymentAccount,
    payment: Asked,
    messageId: string,
  ): Promise<Reason | 'disabled' | undefined> {
    const isInside = payment.provider === 'whatsapp';
    // The shop tells its customers itself.
    if (!isInside && !open.settings.messages.paymentRequest.enabled) return 'disabled';
    const details = isInside ? { details: await this.detailsOf(tx, open, account, payment) } : {};
    return this.tell(tx, open, payment, { what: 'request', messageId, ...details });
  }

  /** The same request once more, as a plain message: Meta takes the reference of a payment once. */
  async remind(
    tx: EntityManager,
    open: OpenOrder,
    payment: Asked,
    { number, wording }: { number: number; wording: NoticeSettings },
  ): Promise<void> {
    const what = paymentReminder(number);
    await this.tell(tx, open, payment, { what, messageId: uuidV7(), wording, isReminder: true });
  }

  /** Whatever of it still waits is not sent. */
  async withdraw(tx: EntityManager, { order }: OpenOrder, attempt: number, reason: string): Promise<void> {
    await this.notices.withdrawRequests(tx, order, [attempt], reason);
  }

  private async tell(
    tx: EntityManager,
    open: OpenOrder,
    payment: Asked,
    { what, ...rest }: Pick<Notice, 'messageId' | 'wording' | 'details' | 'isReminder'> & { what: string },
  ): Promise<Reason | undefined> {
    const { order, lines, settings } = open;
    const dedupeKey = paymentKey(order.id, payment.attempt, what);
    const reasons = await this.notices.tell(tx, order.organizationId, settings, [
      {
        ...{ order, lines, event: 'paymentRequest', dedupeKey, amount: payment.amount },
        ...{ senderId: payment.senderId, paymentUrl: payment.url, ...rest },
        worthUntil: payment.expiresAt,
      },
    ]);
    return reasons.get(dedupeKey);
  }

  private async detailsOf(
    tx: EntityManager,
    { order, lines }: OpenOrder,
    account: PaymentAccount,
    { reference, amount, expiresAt }: Pick<Asked, 'reference' | 'amount' | 'expiresAt'>,
  ): Promise<OrderDetails> {
    const { gateway, configurationName } = account;
    const metaCatalogId =
      order.metaCatalogId ??
      (order.catalogId === null
        ? null
        : await queries.metaCatalogOf(tx, order.organizationId, order.catalogId));
    if (metaCatalogId === null)
      throw unsupported('A payment inside WhatsApp needs an order from a catalog that is at Meta.');
    if (gateway === null || configurationName === null)
      throw unsupported('The payment account names no gateway or no configuration.');
    return orderDetails({
      ...{ order, lines, metaCatalogId, reference, amount: parseMoney(amount), expiresAt },
      ...{ gateway, configurationName },
    });
  }
}

function upiOf({ order }: OpenOrder, { vpa, name }: PaymentAccount, { reference, amount }: Asked): string {
  if (vpa === null) throw unsupported('The payment account names no UPI address.');
  return upiLink(vpa, { payee: name, reference, amount, note: order.orderNumber });
}
