import type { Moves } from '../../rules/state-machine.js';

export const REFUND_STATES = ['requested', 'pending', 'succeeded', 'failed', 'unknown'] as const;
export type RefundState = (typeof REFUND_STATES)[number];

/**
 * Forward only. `unknown`: the call was made and its answer is lost. It is never made again; the gateway's list of refunds
 * or a person says what became of it.
 */
export const REFUND_MOVES: Moves<RefundState> = {
  requested: ['pending', 'succeeded', 'failed', 'unknown'],
  pending: ['succeeded', 'failed'],
  unknown: ['pending', 'succeeded', 'failed'],
  succeeded: [],
  failed: [],
};

/** Refunds in these states are money that may still go back, and counts against what is left. */
export const isUnderWay = (state: RefundState): boolean =>
  state === 'requested' || state === 'pending' || state === 'unknown';
