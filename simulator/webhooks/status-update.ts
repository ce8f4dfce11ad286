import type { PhoneNumber } from '../business.js';
import { nameOf } from '../customers/customer-name.js';
import { graphErrorKind } from '../graph/graph-error-catalog.js';
import type { RecipientAddress } from '../messages/recipient-address.js';
import { changeOf } from './webhook-body.js';
import type { WebhookUpdate } from './webhook-update.js';

export type StatusKind = 'sent' | 'delivered' | 'read' | 'failed';

/** What a status says about its message. */
export interface StatusSubject {
  id: string;
  address: RecipientAddress;
  phone: PhoneNumber;
  wabaId: string;
  callback: string | undefined;
  pricing: string;
  failure: { code: number; details: string } | undefined;
}

/** Kept as references and written out only when posted: backlogs of statuses grow long. */
export class StatusUpdate implements WebhookUpdate {
  readonly field = 'messages';
  readonly object = 'whatsapp_business_account';

  constructor(
    private readonly subject: StatusSubject,
    readonly kind: StatusKind,
    private readonly seconds: number,
    private readonly priced: boolean,
  ) {}

  get entryId(): string {
    return this.subject.wabaId;
  }

  get metadata(): string {
    return this.subject.phone.metadata;
  }

  change(): string {
    return StatusUpdate.changeOf([this]);
  }

  /** All in one value; they must be about the same business number. */
  static changeOf(updates: [StatusUpdate, ...StatusUpdate[]]): string {
    const contacts = updates.flatMap((update) => (update.kind === 'failed' ? [] : [update.contact()]));
    return changeOf(
      'messages',
      `{"messaging_product":"whatsapp","metadata":${updates[0].metadata},` +
        (contacts.length === 0 ? '' : `"contacts":[${contacts.join(',')}],`) +
        `"statuses":[${updates.map((update) => update.status()).join(',')}]}`,
    );
  }

  private contact(): string {
    const { waId, userId } = this.subject.address;
    const phone = waId === undefined ? '' : `"wa_id":"${waId}",`;
    return `{"profile":{"name":"${nameOf(userId)}"},${phone}"user_id":"${userId}"}`;
  }

  private status(): string {
    const { id, address, callback, pricing, failure } = this.subject;
    const phone = address.waId === undefined ? '' : `,"recipient_id":"${address.waId}"`;
    // A failed status says least: the user id is included only if the message was addressed to it.
    const user =
      this.kind === 'failed' && address.waId !== undefined ? '' : `,"recipient_user_id":"${address.userId}"`;
    return (
      `{"id":"${id}","status":"${this.kind}","timestamp":"${this.seconds}"${phone}${user}` +
      (callback === undefined ? '' : `,"biz_opaque_callback_data":${JSON.stringify(callback)}`) +
      (this.priced ? `,"pricing":${pricing}` : '') +
      (failure === undefined || this.kind !== 'failed' ? '' : `,"errors":[${errorOf(failure)}]`) +
      '}'
    );
  }
}

function errorOf({ code, details }: { code: number; details: string }): string {
  const { title } = graphErrorKind(code);
  return JSON.stringify({
    code,
    title,
    message: title,
    error_data: { details },
    href: 'https://developers.facebook.com/documentation/business-messaging/whatsapp/support/error-codes',
  });
}
