import type { FoundAttempt } from '../../messages/log/message-attempt.js';
import { parseMessageCallback } from '../../messages/log/message-callback.js';
import { type AttemptRef, parseCallbackData } from '../../sending/outcomes/callback-data.js';
import type { StatusEvent } from '../../whatsapp/parsing/webhook-events.js';
import type { OwnedItem } from '../processing/webhook-items.js';

/** A status of a message that this installation sent. */
export interface OwnStatus extends OwnedItem<StatusEvent> {
  organizationId: string;
  messageId: string;
  /** Null: the message belongs to no campaign. */
  attempt: { recipientId: string; attempt: number } | null;
  /** Null: not known to have gone to a number. */
  phone: string | null;
  /** The user id of the customer with that number, as far as we know it. */
  knownUserId: string | null;
}

export const attemptRefOf = ({ callbackData }: StatusEvent): AttemptRef | null =>
  parseCallbackData(callbackData);

/** Meta's id decides. Until we know it, the callback data that we sent along with the message does. */
function finder(found: readonly FoundAttempt[]): (event: StatusEvent) => FoundAttempt | undefined {
  const outgoing = found.filter(({ direction }) => direction === 'out');
  const byWamid = new Map(outgoing.map((message) => [message.wamid, message]));
  const byRef = new Map<string, FoundAttempt>();
  for (const message of outgoing) {
    const { recipientId, attempt } = message;
    if (recipientId === null || attempt === null) continue;
    byRef.set(`${recipientId}:${attempt}`, message);
    const latest = byRef.get(recipientId)?.attempt ?? 0;
    if (attempt > latest) byRef.set(recipientId, message);
  }
  return (event) => {
    const ref = attemptRefOf(event);
    const key =
      ref === null ? '' : ref.attempt === null ? ref.recipientId : `${ref.recipientId}:${ref.attempt}`;
    return byWamid.get(event.wamid) ?? byRef.get(key);
  };
}

/** Messages outside campaigns that only their callback data names. */
export function unnamedMessages(
  statuses: readonly OwnedItem<StatusEvent>[],
  found: readonly FoundAttempt[],
): string[] {
  const find = finder(found);
  return statuses.flatMap(({ item }) =>
    find(item) === undefined ? (parseMessageCallback(item.callbackData) ?? []) : [],
  );
}

/** A status from one organization's number says nothing about another organization's message, whatever it names. */
export function matchStatuses(
  statuses: readonly OwnedItem<StatusEvent>[],
  found: readonly FoundAttempt[],
  owners: readonly { id: string; organizationId: string; wamid: string | null }[],
): OwnStatus[] {
  const find = finder(found);
  const ownerOf = new Map(owners.map((owner) => [owner.id, owner]));
  return statuses.flatMap((status): OwnStatus[] => {
    const message = find(status.item);
    const messageId = message?.messageId ?? parseMessageCallback(status.item.callbackData) ?? '';
    const owner = ownerOf.get(messageId);
    // Repeated, about an attempt that has given way to a later one.
    const knownId = owner?.wamid ?? null;
    if (message === undefined && knownId !== null && knownId !== status.item.wamid) return [];
    const organizationId = message?.organizationId ?? owner?.organizationId;
    if (organizationId === undefined || !status.organizationIds.includes(organizationId)) return [];
    const {
      recipientId = null,
      attempt = null,
      phoneNumber: phone = null,
      knownUserId = null,
    } = message ?? {};
    const isAttempt = recipientId !== null && attempt !== null;
    const about = { organizationId, messageId, phone, knownUserId };
    return [{ ...status, ...about, attempt: isAttempt ? { recipientId, attempt } : null }];
  });
}
