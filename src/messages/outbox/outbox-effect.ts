import { classify } from '../../whatsapp/errors/classify-error.js';
import { errorReason } from '../../whatsapp/errors/error-reason.js';
import type { GraphError } from '../../whatsapp/errors/graph-error.js';

/** What a refusal does to its sender, to all of its account, or to all with its token. */
export type SenderEffect = { reach: 'sender' | 'account' | 'app'; reason: string } & (
  | { kind: 'slow-down'; ms: number }
  /** Null: until an operator lifts it. */
  | { kind: 'pause'; ms: number | null }
);

/** Null: it concerns the one message. */
export function effectOf(error: GraphError): SenderEffect | null {
  const verdict = classify({ ...error, asynchronous: false });
  const { action, scope } = verdict;
  const reason = errorReason(error, verdict);
  switch (action.kind) {
    case 'slow-down': {
      const reach = scope === 'account' || scope === 'app' ? scope : 'sender';
      return { kind: 'slow-down', reach, reason, ms: action.holdMs };
    }
    case 'pause-sender':
      return { kind: 'pause', reach: 'sender', reason, ms: action.forMs ?? null };
    case 'pause-account':
      return { kind: 'pause', reach: 'account', reason, ms: null };
    case 'pause-app':
      return { kind: 'pause', reach: 'app', reason, ms: null };
    default:
      return null;
  }
}
