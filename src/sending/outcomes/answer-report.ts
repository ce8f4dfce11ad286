import type { SendAnswer } from '../../whatsapp/graph/graph-answer.js';
import { transportError } from '../../whatsapp/errors/graph-error.js';
import type { DeliveryReport } from './delivery-report.js';

interface Attempt {
  id: string;
  attempt: number;
}

const HELD = 'held_for_quality_assessment';

/** What Meta's answer to a send says of the attempt. Words of Meta's we do not know mean that it was accepted. */
export function reportOfAnswer({ id, attempt }: Attempt, answer: SendAnswer, at: Date): DeliveryReport {
  const about = { recipientId: id, attempt, at, pricing: null, reply: null };
  if (answer.outcome === 'accepted') {
    const kind = answer.messageStatus === HELD ? 'held' : 'accepted';
    return { ...about, kind, wamid: answer.wamid, error: null };
  }
  return { ...about, kind: answer.outcome, wamid: null, error: answer.error };
}

/** It never left: the message cannot be made for this recipient. */
export function reportOfUnfilled(
  { id, attempt }: Attempt,
  problems: readonly { name: string; detail: string }[],
  at: Date,
): DeliveryReport {
  const told = problems.map(({ name, detail }) => `${name}: ${detail}`).join('; ');
  const error = transportError(`The template cannot be filled: ${told}`);
  return { recipientId: id, attempt, kind: 'refused', at, wamid: null, error, pricing: null, reply: null };
}
