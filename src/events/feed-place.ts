/**
 * Where a reader has stopped: after this event, or, with `seq` 0, before everything that transaction wrote. Ids of
 * transactions have 64 bits, so they are text.
 */
export interface FeedPlace {
  xid: string;
  seq: string;
}
