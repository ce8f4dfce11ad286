import { isoDuration, secondsOf } from '../../rules/calendar/iso-duration.js';
import { DomainError } from '../../rules/errors/domain-error.js';

export const TOUCHES = ['click', 'reply', 'read', 'delivered'] as const;
export type Touch = (typeof TOUCHES)[number];

/** How long after a touch what its person does still counts for the campaign, as ISO durations. Null: it never does. */
export type AttributionWindows = Record<Touch, string | null>;

const LONGEST = 90 * 86_400;

export function windowsShown(seconds: Readonly<Record<Touch, number | null>>): AttributionWindows {
  const shown = (touch: Touch): string | null => {
    const length = seconds[touch];
    return length === null ? null : isoDuration(length);
  };
  return { click: shown('click'), reply: shown('reply'), read: shown('read'), delivered: shown('delivered') };
}

/** Undefined for a touch that is not named: it stays as it is. */
export function windowSeconds(
  windows: Readonly<Partial<AttributionWindows>>,
  touch: Touch,
): number | null | undefined {
  const window = windows[touch];
  if (window === undefined || window === null) return window;
  const seconds = secondsOf(window);
  if (seconds !== undefined && seconds >= 60 && seconds <= LONGEST) return seconds;
  const field = `attributionWindows.${touch}`;
  const message = 'must be a duration from PT1M to P90D, as in P5D';
  throw new DomainError('invalid', 'invalid_request', `${field} ${message}.`, {
    errors: [{ field, message }],
  });
}
