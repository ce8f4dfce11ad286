import type { MessageReport } from '../../messages/log/message-progress.js';
import type { SendAnswer } from '../../whatsapp/graph/graph-answer.js';
import type { GraphError } from '../../whatsapp/errors/graph-error.js';

export const TEST_OUTCOMES = ['sent', 'held', 'failed', 'in_doubt', 'skipped'] as const;
export type TestOutcome = (typeof TEST_OUTCOMES)[number];

export interface TestResult {
  phoneNumber: string;
  status: TestOutcome;
  messageId: string | null;
  error: Pick<GraphError, 'code' | 'title' | 'details' | 'fbtraceId'> | null;
}

const HELD = 'held_for_quality_assessment';

/** The outcome of a test by Meta's answer. A connection that was never established is a certain failure. */
export function outcomeOf(answer: SendAnswer): Exclude<TestOutcome, 'skipped'> {
  if (answer.outcome === 'in-doubt') return 'in_doubt';
  if (answer.outcome !== 'accepted') return 'failed';
  return answer.messageStatus === HELD ? 'held' : 'sent';
}

const LOGGED = { sent: 'accepted', held: 'held', failed: 'failed', in_doubt: 'unknown' } as const;

export function reportOfTest(messageId: string, answer: SendAnswer, at: Date): MessageReport {
  return {
    message: { messageId },
    status: LOGGED[outcomeOf(answer)],
    at,
    wamid: answer.outcome === 'accepted' ? answer.wamid : null,
    error: answer.outcome === 'accepted' ? null : answer.error,
    pricing: null,
  };
}

export function resultOf(phoneNumber: string, messageId: string, answer: SendAnswer): TestResult {
  const status = outcomeOf(answer);
  if (answer.outcome === 'accepted') return { phoneNumber, status, messageId, error: null };
  const { code, title, details, fbtraceId } = answer.error;
  return { phoneNumber, status, messageId, error: { code, title, details, fbtraceId } };
}

export function skipped(phoneNumber: string, title: string): TestResult {
  const error = { code: null, title, details: null, fbtraceId: null };
  return { phoneNumber, status: 'skipped', messageId: null, error };
}
