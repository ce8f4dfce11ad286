import { causeIn } from '../../whatsapp/errors/explain-details.js';
import type { WaitReason } from '../outbox/wait-reason.js';
import type { MessageStatus } from './message-status.js';

export interface ExplainedMessage {
  status: MessageStatus;
  waitReason: WaitReason | null;
  skipReason: string | null;
  dueAt: Date | null;
  expiresAt: Date | null;
  error: { code: number | null; title: string; details: string | null } | null;
}

const WAITS: Readonly<Record<WaitReason, string>> = {
  quota: 'The messaging limit of the portfolio is used up; the next unit is free',
  hours: 'It is outside the hours in which it may go; they begin',
  sender: 'Its sender may not send now; it looks again',
  refused: 'Meta refused it for now; the next attempt is',
};

const SAID: Readonly<Record<Exclude<MessageStatus, 'queued' | 'skipped' | 'failed' | 'expired'>, string>> = {
  sending: 'It is being sent.',
  in_doubt: 'The answer to the send was lost. It is never sent again; a status from Meta settles it.',
  accepted: 'Meta has accepted it.',
  held: 'Meta holds it back to assess its template first.',
  sent: 'It is on its way to the person.',
  delivered: 'It has arrived.',
  read: 'It has been read.',
};

/** One sentence for a person. */
export function explainMessage(message: ExplainedMessage): string {
  const { status, waitReason, skipReason, dueAt, expiresAt } = message;
  const failure = reasonOf(message);
  switch (status) {
    case 'queued':
      return waitReason === null
        ? `It goes as soon as its turn comes${dueAt === null ? '' : `, from ${dueAt.toISOString()} on`}.`
        : `${WAITS[waitReason]}${dueAt === null ? '' : ` at ${dueAt.toISOString()}`}.${failure}`;
    case 'skipped':
      return `It was not sent: ${skipReason ?? 'no reason is known'}.`;
    case 'expired':
      return `It was not sent in time${expiresAt === null ? '' : `: it expired at ${expiresAt.toISOString()}`}.${failure}`;
    case 'failed':
      return `It was not delivered.${failure}`;
    default:
      return SAID[status];
  }
}

function reasonOf({ error }: ExplainedMessage): string {
  if (error === null) return '';
  const { code, title, details } = error;
  const number = code === null ? '' : `${code}: `;
  const cause = causeIn(code, details);
  const said = `${number}${title}${details === null || details === title ? '' : ` (${details})`}`;
  return ` ${said}${cause === undefined ? '' : `. ${cause}`}`;
}
