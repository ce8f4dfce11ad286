import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import { invalidFields } from '../../platform/http/validation.js';
import { DomainError } from '../../rules/errors/domain-error.js';
import { uuidV7 } from '../../rules/ids/uuid-v7.js';
import { Senders } from '../../senders/directory/senders.service.js';
import { Outbox } from '../outbox/outbox.service.js';
import { MessageAddressees } from './message-addressees.service.js';
import { freeFormMessage, type WantedContent } from './message-content.js';
import { MessageTemplates, type WantedTemplate } from './message-templates.service.js';
import { expiryOf } from './message-time.js';

export interface WantedMessage extends WantedContent {
  to: { phoneNumber?: string; customerId?: string; whatsappUserId?: string };
  senderId?: string;
  template?: WantedTemplate;
  notBefore?: string;
  expiresIn?: string;
  replyTo?: string;
}

/** Puts single messages that callers of the API write into the outbox, which judges them when they go. */
@Injectable()
export class DirectMessages {
  constructor(
    private readonly database: Database,
    private readonly senders: Senders,
    private readonly addressees: MessageAddressees,
    private readonly templates: MessageTemplates,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
  ) {}

  async send(organizationId: string, wanted: WantedMessage): Promise<string> {
    assertOneContent(wanted);
    const { notBefore, expiresAt } = timesOf(wanted, this.clock.now());
    const senderId = await this.senderOf(organizationId, wanted.senderId);
    const addressed = await this.addressees.of(organizationId, wanted.to);
    const replyTo = await this.addressees.repliedTo(organizationId, wanted.replyTo);
    const envelope = { to: addressed.to, ...(replyTo === undefined ? {} : { replyTo }) };
    const id = uuidV7();
    const { template } = wanted;
    const content =
      template === undefined
        ? { payload: freeFormMessage(envelope, wanted), category: null, needsOpenWindow: true }
        : await this.templates.fill(organizationId, {
            ...{ messageId: id, senderId, envelope, template },
            ...addressed,
          });
    if (template === undefined) await this.addressees.assertOpen(senderId, addressed, this.clock.now());
    await this.database.transaction((tx) =>
      this.outbox.add(tx, [
        {
          ...{ id, organizationId, senderId, purpose: 'direct', dedupeKey: `direct:${id}`, ...content },
          phoneNumber: addressed.phoneNumber,
          whatsappUserId: addressed.whatsappUserId,
          customerId: addressed.customerId,
          ...(notBefore === undefined ? {} : { notBefore }),
          expiresAt,
        },
      ]),
    );
    return id;
  }

  private async senderOf(organizationId: string, wanted: string | undefined): Promise<string> {
    const sender =
      wanted === undefined
        ? await this.senders.defaultSender(organizationId)
        : (await this.senders.get(organizationId, wanted)).sender;
    if (sender.verifiedAt !== null) return sender.id;
    const detail = `Meta has not confirmed the number of the sender "${sender.name}". Sync it, or correct its token.`;
    throw new DomainError('rule', 'sender_unverified', detail);
  }
}

function assertOneContent(wanted: WantedMessage): void {
  const kinds = ['template', 'text', 'media', 'interactive'] as const;
  if (kinds.filter((kind) => wanted[kind] !== undefined).length === 1) return;
  throw invalidFields([{ field: 'template', message: `give exactly one of ${kinds.join(', ')}` }]);
}

function timesOf(wanted: WantedMessage, now: Date): { notBefore?: Date; expiresAt: Date } {
  const notBefore = wanted.notBefore === undefined ? undefined : new Date(wanted.notBefore);
  const from = notBefore !== undefined && notBefore > now ? notBefore : now;
  const expiresAt = expiryOf(wanted.expiresIn ?? 'P1D', from);
  if (expiresAt !== undefined) return { ...(notBefore === undefined ? {} : { notBefore }), expiresAt };
  const message = 'must be an ISO 8601 duration of at most 30 days, such as P1D';
  throw invalidFields([{ field: 'expiresIn', message }]);
}
