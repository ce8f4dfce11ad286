import type { FoundAttempt } from '../../messages/log/message-attempt.js';
import { parseMessageCallback } from '../../messages/log/message-callback.js';
import { type AttemptRef, parseCallbackData } from '../../sending/outcomes/callback-data.js';
import type { StatusEvent } from '../../whatsapp/parsing/webhook-events.js';
import type { Owned } from '../processing/webhook-items.js';

type OwnedStatus = Pick<Owned<StatusEvent>, 'item' | 'organizationIds'>;

/** A status and the message it is about. */
export interface StatusMatch {
  event: StatusEvent;
  organizationId: string;
  messageId: string;
  /** Null: it belongs to no campaign. */
  attempt: { recipientId: string; attempt: number } | null;
}

export const attemptRefOf = ({ callbackData }: StatusEvent): AttemptRef | null =>
  parseCallbackData(callbackData);

/** Meta's id decides; before it is known here, what we sent along with the message does. */
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

/** Messages outside of campaigns that only their callback data names. */
export function unnamedMessages(items: readonly OwnedStatus[], found: readonly FoundAttempt[]): string[] {
  const find = finder(found);
  return items.flatMap(({ item }) =>
    find(item) === undefined ? (parseMessageCallback(item.callbackData) ?? []) : [],
  );
}

/** A status of one organization's number says nothing about another one's message, whatever it names. */
export function matchStatuses(
  items: readonly OwnedStatus[],
  found: readonly FoundAttempt[],
  owners: readonly { id: string; organizationId: string }[],
): StatusMatch[] {
  const find = finder(found);
  const ownerOf = new Map(owners.map(({ id, organizationId }) => [id, organizationId]));
  return items.flatMap(({ item: event, organizationIds }): StatusMatch[] => {
    const message = find(event);
    const messageId = message?.messageId ?? parseMessageCallback(event.callbackData) ?? '';
    const organizationId = message?.organizationId ?? ownerOf.get(messageId);
    if (organizationId === undefined || !organizationIds.includes(organizationId)) return [];
    const { recipientId = null, attempt = null } = message ?? {};
    const isAttempt = recipientId !== null && attempt !== null;
    return [{ event, organizationId, messageId, attempt: isAttempt ? { recipientId, attempt } : null }];
  });
}
