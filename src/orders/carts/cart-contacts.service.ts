import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Consents } from '../../customers/consent/consent.service.js';
import { windowClosesAt } from '../../messages/conversations/conversations.service.js';
import { Clock } from '../../platform/clock/clock.js';
import { waIdVariants } from '../../rules/phone/number-variants.js';
import { USER_ID } from '../../whatsapp/parsing/person.js';
import type { Addressee } from '../../whatsapp/payloads/message-payload.js';
import { lastInbound, sendersFor } from '../notices/notices.queries.js';
import { customersOf, type KnownCustomer } from './cart-people.queries.js';
import type { CartRow } from './cart-row.js';

/** Time enough for the message to be on its way before the window closes. */
const SLACK_MS = 60_000;

/** How the person of a cart is reached. */
export interface CartContact {
  /** Null: there is no number from which to write. */
  senderId: string | null;
  to: Addressee | null;
  customer: KnownCustomer | null;
  name: string;
  /** When the service window closes; null: it is closed, or about to close. */
  closesAt: Date | null;
}

type Reached = Pick<CartRow, 'id' | 'senderId' | 'customerId' | 'phoneNumber' | 'whatsappUserId'>;

/** The senders, service windows and names of carts, with a number of statements that does not depend on how many. */
@Injectable()
export class CartContacts {
  constructor(
    private readonly consents: Consents,
    private readonly clock: Clock,
  ) {}

  async of(
    db: EntityManager,
    organizationId: string,
    carts: readonly Reached[],
  ): Promise<(cart: Reached) => CartContact> {
    const now = this.clock.now();
    const senders = await sendersFor(
      db,
      organizationId,
      carts.flatMap(({ senderId }) => senderId ?? []),
    );
    const standard = senders.find(({ isDefault }) => isDefault)?.id ?? null;
    const senderOf = ({ senderId }: Reached): string | null =>
      senders.some(({ id }) => id === senderId) ? senderId : standard;
    const asked = carts.flatMap((cart) => {
      const senderId = senderOf(cart);
      return senderId === null ? [] : contactsOf(cart).map((contact) => ({ senderId, contact }));
    });
    const written = new Map(
      (await lastInbound(db, organizationId, asked)).map(({ senderId, contact, at }) => [
        `${senderId} ${contact}`,
        at.getTime(),
      ]),
    );
    const customers = await customersOf(db, organizationId, {
      ids: carts.flatMap(({ customerId }) => customerId ?? []),
      contacts: carts.flatMap(contactsOf),
    });
    return (cart) => {
      const senderId = senderOf(cart);
      const contacts = contactsOf(cart);
      const latest = Math.max(...contacts.map((contact) => written.get(`${senderId ?? ''} ${contact}`) ?? 0));
      const closesAt = windowClosesAt(new Date(latest));
      const customer = customerOf(cart, customers, contacts);
      return {
        ...{ senderId, to: addresseeOf(cart), customer },
        name: customer?.name ?? cart.phoneNumber ?? cart.whatsappUserId ?? 'Unknown',
        closesAt: closesAt.getTime() - now.getTime() > SLACK_MS ? closesAt : null,
      };
    };
  }

  /** People who said STOP, also when their profile is gone. */
  async isRefused(
    db: EntityManager,
    organizationId: string,
    cart: Reached,
    { customer }: CartContact,
  ): Promise<boolean> {
    if (customer !== null && (customer.isUnsubscribed || !customer.isActive)) return true;
    const suppressed = await this.consents.suppressedAmong(db, organizationId, contactsOf(cart));
    return suppressed.size > 0;
  }
}

const contactsOf = ({ phoneNumber, whatsappUserId }: Reached): string[] => [
  ...(phoneNumber === null ? [] : waIdVariants(phoneNumber)),
  ...(whatsappUserId === null ? [] : [whatsappUserId]),
];

function addresseeOf({ phoneNumber, whatsappUserId }: Reached): Addressee | null {
  if (phoneNumber !== null) return { phone: phoneNumber };
  return whatsappUserId !== null && USER_ID.test(whatsappUserId) ? { userId: whatsappUserId } : null;
}

function customerOf(
  { customerId }: Reached,
  customers: readonly KnownCustomer[],
  contacts: readonly string[],
): KnownCustomer | null {
  const named = customers.find(({ id }) => id === customerId);
  return (
    named ??
    customers.find(({ phone }) => phone !== null && contacts.includes(phone)) ??
    customers.find(({ userId }) => userId !== null && contacts.includes(userId)) ??
    null
  );
}
