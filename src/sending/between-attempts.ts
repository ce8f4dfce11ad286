import type { RecipientState } from '../recipients/recipient-state.js';

const BETWEEN: readonly RecipientState[] = ['pending', 'queued', 'retry'];

/** Nothing is out: the last attempt, if there was one, is over, however it ended. */
export function isBetweenAttempts(state: RecipientState): boolean {
  return BETWEEN.includes(state);
}
