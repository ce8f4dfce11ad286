import { createHash } from 'node:crypto';
import type { JsonObject } from '../json/json-fields.js';

/** What Meta reported last about one aspect of a template, a number or a portfolio. */
export interface LastEvent {
  /** Meta's time, an ISO text in whole seconds, because Meta's times have no fractions. */
  at: string;
  /** Digests of the events of that second: different ones may share it, repeated ones change nothing. */
  what: string[];
}

export interface TimedEvent {
  /** Null: neither Meta nor the inbox gave a time, so it counts as of now. */
  reportedAt: Date | null;
  raw: JsonObject;
}

const SECOND_MS = 1_000;
/** More different events about one aspect do not happen within a second. */
const MOST_DIGESTS = 20;

export const wholeSecond = (at: Date): Date => new Date(Math.floor(at.getTime() / SECOND_MS) * SECOND_MS);

/** Meta's clock may be ahead of ours. A time in the future would keep out everything until then. */
export function timeOf({ reportedAt }: TimedEvent, now: Date): Date {
  return wholeSecond(reportedAt === null || reportedAt > now ? now : reportedAt);
}

/** The last moment at which the event may have happened. */
export function endOf(event: TimedEvent, now: Date): Date {
  return new Date(Math.min(timeOf(event, now).getTime() + SECOND_MS - 1, now.getTime()));
}

/** The record once the event is applied; null: it is older than what is applied, or a repetition of it. */
export function afterEvent(last: LastEvent | undefined, event: TimedEvent, now: Date): LastEvent | null {
  const at = timeOf(event, now).toISOString();
  const digest = createHash('sha256').update(JSON.stringify(event.raw)).digest('base64url').slice(0, 22);
  if (last === undefined || last.at < at) return { at, what: [digest] };
  if (last.at > at || last.what.includes(digest)) return null;
  return { at, what: [...last.what, digest].slice(-MOST_DIGESTS) };
}

/** The record of an answer to our own question, begun at `askedAt`; null: newer things were reported meanwhile. */
export function afterAnswer(last: LastEvent | undefined, askedAt: Date): LastEvent | null {
  const at = wholeSecond(askedAt).toISOString();
  if (last === undefined || last.at < at) return { at, what: [] };
  return last.at === at ? last : null;
}
