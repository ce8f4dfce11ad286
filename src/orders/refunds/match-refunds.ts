import { type Cents } from '../../rules/money/money.js';
import { canMove } from '../../rules/state-machine.js';
import type { GatewayError, GatewayRefund } from '../gateways/payment-gateway.js';
import { REFUND_MOVES, type RefundState } from '../order/refund-state.js';

export interface OwnRefund {
  id: string;
  state: RefundState;
  gatewayId: string | null;
  amount: Cents;
  isSent: boolean;
}

/** What became of a refund. */
export interface Outcome {
  id: string;
  state: Exclude<RefundState, 'requested'>;
  gatewayId: string | null;
  error: GatewayError | null;
}

/** Rows that may be refunds of the gateway's list without knowing its id. Those that are settled come first. */
const CLAIM: Readonly<Record<RefundState, number | null>> = {
  succeeded: 0,
  pending: 1,
  unknown: 2,
  requested: null,
  failed: null,
};

/**
 * What a gateway's list of refunds says about ours of one payment, given oldest first. A refund of the list belongs to the
 * row whose id it carries, then to the row that knows its id. Some gateways keep no id of ours and the answer to some
 * calls is lost: the rest is matched by amount, each refund of the list with one row at most.
 */
export function matchRefunds(
  ours: readonly OwnRefund[],
  theirs: readonly GatewayRefund[],
  currency: string,
): Outcome[] {
  const open = theirs.filter((refund) => refund.currency === currency);
  const matches = new Map<OwnRefund, GatewayRefund>();
  const take = (row: OwnRefund, isIt: (refund: GatewayRefund) => boolean): void => {
    const place = matches.has(row) ? -1 : open.findIndex(isIt);
    const [refund] = place < 0 ? [] : open.splice(place, 1);
    if (refund !== undefined) matches.set(row, refund);
  };
  for (const row of ours) take(row, ({ refundId }) => refundId === row.id);
  for (const row of ours) {
    if (row.gatewayId !== null) take(row, ({ gatewayId }) => gatewayId === row.gatewayId);
  }
  const nameless = ours
    .filter((row) => row.isSent && row.gatewayId === null && CLAIM[row.state] !== null)
    .sort((a, b) => (CLAIM[a.state] ?? 0) - (CLAIM[b.state] ?? 0));
  for (const row of nameless) {
    // A row that has succeeded is never one that the gateway lists as failed.
    const mayFail = row.state !== 'succeeded';
    const isLike = ({ refundId, amount, state }: GatewayRefund): boolean =>
      refundId === null && amount === row.amount && (mayFail || state !== 'failed');
    take(row, (refund) => isLike(refund) && refund.state !== 'failed');
    take(row, isLike);
  }
  return ours.flatMap((row) => {
    const refund = matches.get(row);
    if (refund === undefined || !canMove(REFUND_MOVES, row.state, refund.state)) return [];
    return [{ id: row.id, state: refund.state, gatewayId: refund.gatewayId, error: errorOf(refund) }];
  });
}

const errorOf = ({ state }: GatewayRefund): GatewayError | null =>
  state === 'failed' ? { code: 'failed', message: 'The gateway lists the refund as failed.' } : null;

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
export const FIRST_LOOK_UP_MS = 2 * MINUTE_MS;
/** After 2, 4, 8, 16 and 32 minutes more, then hourly for three days and daily for thirty. */
const DOUBLED = 5;
const HOURLY_MS = 3 * DAY_MS;
const DAILY_MS = 30 * DAY_MS;

/** When to look again. Null: a gateway that has said nothing for so long will not; a person has to settle the refund. */
export function nextLookUp(lookUps: number, requestedAt: Date, now: Date): Date | null {
  const age = now.getTime() - requestedAt.getTime();
  if (age >= DAILY_MS) return null;
  if (lookUps < DOUBLED) return new Date(now.getTime() + FIRST_LOOK_UP_MS * 2 ** lookUps);
  return new Date(now.getTime() + (age < HOURLY_MS ? HOUR_MS : DAY_MS));
}
