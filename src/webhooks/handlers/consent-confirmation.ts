import type { ConsentPolicy } from '../../access/organizations/consent-policy.js';
import { hasConsent, type Reachable } from '../../customers/consent/mailable.js';
import type { Keyword } from '../../customers/consent/stop-words.js';
import { type MessagePayload, textMessage } from '../../whatsapp/payloads/message-payload.js';
import { USER_ID } from '../../whatsapp/parsing/person.js';

/** Used unless the organization has its own text. */
const BUILT_IN: Readonly<Record<Keyword, string>> = {
  stop: 'You are unsubscribed: we will send you no more offers. To get them again, write START.',
  start: 'You are subscribed: you will get our offers again. To end them, write STOP at any time.',
};

export interface OwnWords {
  stopConfirmation: string | null;
  startConfirmation: string | null;
}

/** The answer to a keyword. Null: the organization wants no answer. */
export function confirmationText(
  keyword: Keyword,
  { stopConfirmation, startConfirmation }: OwnWords,
): string | null {
  const text = (keyword === 'stop' ? stopConfirmation : startConfirmation) ?? BUILT_IN[keyword];
  return text.trim() === '' ? null : text;
}

type Consent = Omit<Reachable, 'isActive'>;

/** Only changes are confirmed: three STOPs get one answer. */
export function isNews(before: Consent, after: Consent, policy: ConsentPolicy): boolean {
  return (
    before.subscription !== after.subscription || hasConsent(before, policy) !== hasConsent(after, policy)
  );
}

/** Null: the person can be reached neither by number nor by an id that Meta accepts. */
export function confirmationPayload(
  to: { phone: string | null; userId: string | null },
  replyTo: string,
  text: string,
): MessagePayload | null {
  if (to.phone !== null) return textMessage({ to: { phone: to.phone }, replyTo }, text);
  if (to.userId === null || !USER_ID.test(to.userId)) return null;
  return textMessage({ to: { userId: to.userId }, replyTo }, text);
}
