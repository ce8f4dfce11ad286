import type { SendAnswer } from '../../whatsapp/graph/graph-answer.js';
import { transportError } from '../../whatsapp/errors/graph-error.js';
import type { DeliveryReport } from './delivery-report.js';

interface Attempt {
  id: string;
  attempt: number;
}

const HELD = 'held_for_quality_assessment';

/** What Meta's answer to a send says about the attempt. An accepted message with an unknown status counts as accepted. */
export function reportOfAnswer({ id, attempt }: Attempt, answer: SendAnswer, at: Date): DeliveryReport {
  const about = { recipientId: id, attempt, at, pricing: null, reply: null };
  if (answer.outcome === 'accepted') {
    const kind = answer.messageStatus === HELD ? 'held' : 'accepted';
    return { ...about, kind, wamid: answer.wamid, error: null };
  }
  return { ...about, kind: answer.outcome, wamid: null, error: answer.error };
}

/** No message can be made for this recipient, so none was sent. */
export function reportOfUnmade(attempt: Attempt, problem: string, at: Date): DeliveryReport {
  return withoutAnswer(attempt, 'refused', problem, at);
}

/** The send ended in an error of our own after it had begun. */
export function reportOfBrokenSend(attempt: Attempt, at: Date): DeliveryReport {
  return withoutAnswer(attempt, 'in-doubt', 'The send broke off before its answer was read.', at);
}

function withoutAnswer(
  { id, attempt }: Attempt,
  kind: 'refused' | 'in-doubt',
  reason: string,
  at: Date,
): DeliveryReport {
  const error = transportError(reason);
  return { recipientId: id, attempt, kind, at, wamid: null, error, pricing: null, reply: null };
}
