import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { type NewOutboxMessage, Outbox } from '../../messages/outbox/outbox.service.js';
import { Database } from '../../platform/database/database.js';
import { DomainError } from '../../rules/errors/domain-error.js';
import { Templates } from '../../templates/api/templates.service.js';
import type { WhatsappTemplate } from '../../templates/api/whatsapp-template.entity.js';
import { compileTemplate, renderTemplate } from '../../templates/rendering/render-template.js';
import { type Addressee, templateMessage } from '../../whatsapp/payloads/message-payload.js';
import { type CartContact, CartContacts } from '../carts/cart-contacts.service.js';
import { CartDesk } from '../carts/cart-desk.service.js';
import { cartValues, summaryMessage } from '../carts/cart-message.js';
import type { CartRow } from '../carts/cart-row.js';
import { insertCartMessages } from '../carts/cart-writes.queries.js';
import type { OpenCart } from '../carts/open-cart.js';
import { CommerceSettingsStore } from '../settings/commerce-settings.service.js';
import { assertOrderable } from './orderable.js';

export interface CartTemplate {
  name: string;
  language: string;
  variables: Record<string, unknown>;
}

/** How the message goes; found out before the transaction, because Meta may be asked for a template. */
interface Way {
  senderId: string;
  to: Addressee;
  name: string;
  customerId: string | null;
  closesAt: Date | null;
  template: { found: WhatsappTemplate; wanted: CartTemplate } | null;
}

const TEMPLATE_EXPIRES_MS = 24 * 60 * 60 * 1_000;

/** Sends carts to their people: with buttons inside the service window, as a template when it is closed. */
@Injectable()
export class CartSending {
  constructor(
    private readonly database: Database,
    private readonly settings: CommerceSettingsStore,
    private readonly desk: CartDesk,
    private readonly contacts: CartContacts,
    private readonly templates: Templates,
    private readonly outbox: Outbox,
  ) {}

  async send(organizationId: string, id: string, fallback: CartTemplate | undefined): Promise<void> {
    const cart = await this.desk.look(organizationId, id);
    const way = await this.wayTo(organizationId, cart, fallback);
    await this.desk.work(organizationId, id, async (tx, open) => {
      open.assertOpen();
      // Another call has sent the same cart in the meantime.
      const { checkoutAt } = open.cart;
      if (checkoutAt !== null && checkoutAt.getTime() !== cart.checkoutAt?.getTime()) return;
      // So may a STOP have come. One that comes later is respected when the message goes.
      const contact = (await this.contacts.of(tx, organizationId, [open.cart]))(open.cart);
      await this.assertWanted(tx, organizationId, open.cart, contact);
      assertOrderable(open.reprice());
      open.offer();
      const dedupeKey = `cart:${id}:summary:${open.now.toISOString()}`;
      await this.outbox.add(tx, [{ ...messageOf(open, way), dedupeKey }]);
      const record = { cartId: id, kind: 'summary' as const, number: null, dedupeKey, notSentReason: null };
      await insertCartMessages(tx, organizationId, [record], open.now);
    });
  }

  private async wayTo(
    organizationId: string,
    cart: CartRow,
    fallback: CartTemplate | undefined,
  ): Promise<Way> {
    const { manager } = this.database;
    const contact = (await this.contacts.of(manager, organizationId, [cart]))(cart);
    const { senderId, to, name, customer, closesAt } = contact;
    if (senderId === null) {
      throw new DomainError('rule', 'no_sender', 'No WhatsApp number is connected. Create a sender first.');
    }
    if (to === null)
      throw new DomainError('rule', 'no_address', 'The person of this cart cannot be reached.');
    await this.assertWanted(manager, organizationId, cart, contact);
    const wanted = fallback ?? (closesAt === null ? await this.usualTemplate(organizationId) : undefined);
    if (closesAt === null && wanted === undefined) {
      const detail =
        'The person has not written to this number in the last 24 hours. Name a fallbackTemplate, or a template in cartReminders.';
      throw new DomainError('rule', 'window_closed', detail);
    }
    const way = { senderId, to, name, customerId: customer?.id ?? cart.customerId, closesAt };
    if (wanted === undefined) return { ...way, template: null };
    return { ...way, template: { wanted, found: await this.approved(organizationId, senderId, wanted) } };
  }

  private async assertWanted(
    db: EntityManager,
    organizationId: string,
    cart: CartRow,
    contact: CartContact,
  ): Promise<void> {
    if (!(await this.contacts.isRefused(db, organizationId, cart, contact))) return;
    const detail =
      'The person is unsubscribed or not active, or stopped messages before their profile was deleted.';
    throw new DomainError('rule', 'unsubscribed', detail);
  }

  private async approved(
    organizationId: string,
    senderId: string,
    { name, language }: CartTemplate,
  ): Promise<WhatsappTemplate> {
    const found = await this.templates.findTemplate(organizationId, name, language, senderId);
    if (found.status === 'APPROVED') return found;
    const detail = `The template ${name} is ${found.status}: only an approved template can be sent.`;
    throw new DomainError('rule', 'template_not_approved', detail);
  }

  /** The first one that the shop reminds with. */
  private async usualTemplate(organizationId: string): Promise<CartTemplate | undefined> {
    const { cartReminders } = await this.settings.get(organizationId);
    for (const { templateName, templateLanguage, templateVariables } of cartReminders) {
      if (typeof templateName !== 'string') continue;
      return { name: templateName, language: templateLanguage ?? 'en', variables: templateVariables };
    }
    return undefined;
  }
}

function messageOf({ cart, items, now }: OpenCart, way: Way): Omit<NewOutboxMessage, 'dedupeKey'> {
  const { senderId, to, customerId, closesAt } = way;
  const { organizationId, phoneNumber, whatsappUserId } = cart;
  const message = {
    ...{ organizationId, senderId, purpose: 'cart' as const, phoneNumber, whatsappUserId, customerId },
  };
  const template = templateOf(way, cartValues(cart, items, way.name));
  const later = new Date(now.getTime() + TEMPLATE_EXPIRES_MS);
  if (closesAt === null && template !== null) return { ...message, ...template, expiresAt: later };
  return {
    ...{ ...message, payload: summaryMessage(to, cart, items), isMarketing: false, needsOpenWindow: true },
    ...{ fallback: template, expiresAt: template === null ? (closesAt ?? later) : later },
  };
}

function templateOf({ template, to }: Way, variables: Record<string, string>) {
  if (template === null) return null;
  const { found, wanted } = template;
  const { name, language } = wanted;
  const { parameterFormat } = found;
  const compiled = compileTemplate(found.components, { parameterFormat, defaults: wanted.variables });
  const rendered = renderTemplate(compiled, { variables });
  if (!rendered.ok) {
    const errors = rendered.problems.map(({ component, name: variable, detail }) => ({
      field: `fallbackTemplate.variables.${variable}`,
      message: `${component}: ${detail}`,
    }));
    const detail = `The template ${name} cannot be filled: ${errors[0]?.message ?? ''}`;
    throw new DomainError('rule', 'variables_missing', detail, { errors });
  }
  const category = found.category === 'UTILITY' ? ('UTILITY' as const) : ('MARKETING' as const);
  return {
    payload: templateMessage({ to }, { name, language, components: rendered.components }),
    ...{ category, isMarketing: category === 'MARKETING' },
  };
}
