import type { Clock } from '../../src/platform/clock/clock.js';
import type { PhoneNumber } from '../business.js';
import type { JsonObject } from '../json.js';
import type { Wamids } from '../messages/wamid.js';
import type { Dice } from '../random.js';
import type { WebhookOutbox } from '../webhooks/webhook-outbox.js';
import { ValueUpdate } from '../webhooks/webhook-update.js';
import { nameOf } from './customer-name.js';
import type { Customers } from './customers.js';

export interface Sender {
  /** Undefined for customers who hide their number. */
  waId: string | undefined;
  userId: string;
  name?: string | undefined;
}

/** Customers writing to the business. */
export class InboundMessages {
  private count = 0;

  constructor(
    private readonly wabaId: string,
    private readonly clock: Clock,
    private readonly wamids: Wamids,
    private readonly customers: Customers,
    private readonly outbox: WebhookOutbox,
  ) {}

  /**
   * Notifies the app of a message and opens the service window. `content` is its type and the fields that go with it.
   */
  receive(phone: PhoneNumber, sender: Sender, content: JsonObject, dice?: Dice): string {
    this.count += 1;
    const id = this.wamids.inbound(sender.waId ?? sender.userId, this.count);
    this.customers.openWindow(phone.id, sender.userId);
    const message = {
      ...(sender.waId === undefined ? {} : { from: sender.waId }),
      from_user_id: sender.userId,
      id,
      timestamp: String(this.seconds()),
      ...content,
    };
    const contacts = JSON.stringify([
      { profile: { name: sender.name ?? nameOf(sender.userId) }, ...identity(sender) },
    ]);
    const value = `{"messaging_product":"whatsapp","metadata":${phone.metadata},"contacts":${contacts},"messages":[${JSON.stringify(message)}]}`;
    this.outbox.tell(new ValueUpdate('message', 'messages', this.wabaId, value), dice);
    return id;
  }

  /** The user taps WhatsApp's own "stop marketing", or takes it back. */
  prefer(phone: PhoneNumber, sender: Sender, wanted: boolean): void {
    this.customers.setMarketing(sender.userId, wanted);
    const preference = {
      ...identity(sender),
      detail: `User requested to ${wanted ? 'resume' : 'stop'} marketing messages`,
      category: 'marketing_messages',
      value: wanted ? 'resume' : 'stop',
      timestamp: this.seconds(),
    };
    const value = `{"messaging_product":"whatsapp","metadata":${phone.metadata},"contacts":${JSON.stringify([identity(sender)])},"user_preferences":[${JSON.stringify(preference)}]}`;
    this.outbox.tell(new ValueUpdate('user_preferences', 'user_preferences', this.wabaId, value));
  }

  private seconds(): number {
    return Math.floor(this.clock.now().getTime() / 1000);
  }
}

function identity({ waId, userId }: Sender): JsonObject {
  return { ...(waId === undefined ? {} : { wa_id: waId }), user_id: userId };
}
