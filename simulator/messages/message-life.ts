import type { Clock } from '../../src/platform/clock/clock.js';
import { orderOf, replyTo, stopReplyTo, tapOn } from '../customers/customer-replies.js';
import type { InboundMessages } from '../customers/inbound-messages.js';
import type { Dice } from '../random.js';
import type { ReaderRates, Script } from '../scenario/scenario-book.js';
import type { HeldRule } from '../scenario/scenario.js';
import { Timeline } from '../timeline.js';
import { StatusUpdate, type StatusKind, type StatusSubject } from '../webhooks/status-update.js';
import type { WebhookOutbox } from '../webhooks/webhook-outbox.js';
import type { MessageLog } from './message-log.js';
import type { QuickReply } from './message-request.js';

export interface AcceptedMessage extends StatusSubject {
  sequence: number;
  quickReply: QuickReply | undefined;
  held: HeldRule | undefined;
  script: Script;
  readers: ReaderRates;
  dice: Dice;
}

/** Items to order; undefined while the catalog is empty. */
type PickOrder = (dice: Dice) => Parameters<typeof orderOf> | undefined;

/** What happens to a message after it was accepted, according to its scenario and its dice. */
export class MessageLife {
  private readonly timeline = new Timeline();
  private readonly waiting = new Set<AcceptedMessage>();

  constructor(
    private readonly clock: Clock,
    private readonly log: MessageLog,
    private readonly outbox: WebhookOutbox,
    private readonly inbound: InboundMessages,
    private readonly pickOrder: PickOrder,
  ) {}

  begin(message: AcceptedMessage): void {
    const { held } = message;
    if (held === undefined) {
      this.setOut(message);
      return;
    }
    this.log.mark(message.sequence, 'held');
    this.waiting.add(message);
    if (held.outcome === 'wait') return;
    this.timeline.after(held.delayMs, () => {
      this.decide(message, held.outcome === 'release');
    });
  }

  /** Ends the assessment of every message still held, and returns how many there were. */
  decideHeld(released: boolean): number {
    const messages = [...this.waiting];
    for (const message of messages) this.decide(message, released);
    return messages.length;
  }

  get heldCount(): number {
    return this.waiting.size;
  }

  /** Statuses and replies still to come. */
  get pending(): number {
    return this.timeline.pending;
  }

  clear(): void {
    this.timeline.clear();
    this.waiting.clear();
  }

  private decide(message: AcceptedMessage, released: boolean): void {
    if (!this.waiting.delete(message)) return;
    if (released) {
      this.setOut(message);
      return;
    }
    message.failure = { code: 132015, details: 'Message was held for quality assessment and then dropped.' };
    this.tell(message, 'failed', false);
  }

  private setOut(message: AcceptedMessage): void {
    const { rates, delaysMs } = message.script.scenario;
    const { dice, readers } = message;
    const isDelivered = dice.chance(rates.delivery);
    const isRead = dice.chance(readers.read);
    const skipsDelivered = dice.chance(rates.skipDelivered);
    this.timeline.after(dice.between(delaysMs.sent), () => {
      if (message.failure !== undefined) {
        this.tell(message, 'failed', false);
        return;
      }
      this.tell(message, 'sent', true);
      if (isDelivered) this.deliver(message, isRead, isRead && skipsDelivered);
    });
  }

  private deliver(message: AcceptedMessage, isRead: boolean, skipped: boolean): void {
    const { delaysMs } = message.script.scenario;
    this.timeline.after(message.dice.between(delaysMs.delivered), () => {
      if (!skipped) this.tell(message, 'delivered', true);
      if (!isRead) return;
      this.timeline.after(message.dice.between(delaysMs.read), () => {
        this.tell(message, 'read', skipped);
        this.answer(message);
      });
    });
  }

  private answer(message: AcceptedMessage): void {
    const { rates, delaysMs } = message.script.scenario;
    const { dice, phone, address, readers } = message;
    const roll = dice.roll();
    const mostClicks = rates.stop + rates.order + readers.click;
    if (roll >= mostClicks + readers.reply) return;
    this.timeline.after(dice.between(delaysMs.reply), () => {
      const answered = { from: phone.digits, id: message.id, quickReply: message.quickReply };
      const order = roll >= rates.stop && roll < rates.stop + rates.order ? this.pickOrder(dice) : undefined;
      const isClick = roll >= rates.stop + rates.order && roll < mostClicks;
      const content = isClick
        ? tapOn(answered)
        : roll < rates.stop
          ? stopReplyTo(answered)
          : order === undefined
            ? replyTo(answered, dice)
            : orderOf(...order);
      // A template without a button has nothing to tap.
      if (content === undefined) return;
      this.inbound.receive(phone, address, content, dice);
    });
  }

  private tell(message: AcceptedMessage, kind: StatusKind, priced: boolean): void {
    this.log.mark(message.sequence, kind, kind === 'failed' ? message.failure?.code : 0);
    const seconds = Math.floor(this.clock.now().getTime() / 1000);
    this.outbox.tell(new StatusUpdate(message, kind, seconds, priced), message.dice);
  }
}
