import type { ClickClass } from '../links/click.js';

/** Nobody reads a message and opens its link within a second. */
const SOONEST_MS = 1_000;
/** Of one link of one message, within a minute. */
const MOST = 10;

export interface JudgedClick {
  class: ClickClass;
  at: Date;
  /** The how manieth of its link and message within a minute. */
  nth: number;
}

/** `sentAt`: when the message went; null: it has not; undefined: nothing is known about it any more. */
export function judgeClick(
  { class: given, at, nth }: JudgedClick,
  sentAt: Date | null | undefined,
): ClickClass {
  if (given !== 'human' || sentAt === undefined) return given;
  if (sentAt === null || at.getTime() - sentAt.getTime() < SOONEST_MS) return 'suspect';
  return nth > MOST ? 'suspect' : 'human';
}
