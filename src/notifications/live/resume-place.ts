import type { FeedPlace } from '../../events/feed-place.js';

const ID = /^(\d{1,20})-(\d{1,19})-([0-9a-z]{1,10})$/;
const MOST = { xid: 2n ** 64n - 1n, seq: 2n ** 63n - 1n };

/** The id of an event in a stream: its place, and when it was recorded, which decides how long it may be resumed. */
export function idOf({ xid, seq }: FeedPlace, at: Date): string {
  return `${xid}-${seq}-${at.getTime().toString(36)}`;
}

/** Undefined: it is none of ours. */
export function placeIn(id: string): { place: FeedPlace; at: Date } | undefined {
  const [, xid, seq, ms] = ID.exec(id) ?? [];
  if (xid === undefined || seq === undefined || ms === undefined) return undefined;
  const at = new Date(parseInt(ms, 36));
  if (BigInt(xid) > MOST.xid || BigInt(seq) > MOST.seq || Number.isNaN(at.getTime())) return undefined;
  return { place: { xid: String(BigInt(xid)), seq: String(BigInt(seq)) }, at };
}
