// Meta wants both ends or none. An open end becomes a date far away, which reads back as no end.
const OPEN_START = '1970-01-29T00:00+0000';
const OPEN_END = '2038-01-17T23:59+0000';
const LAST_OPEN_START = Date.parse('1971-01-01T00:00Z');
const FIRST_OPEN_END = Date.parse('2038-01-01T00:00Z');
const MINUTE_MS = 60_000;

/** `2026-11-01T12:00+0000/2026-12-01T00:00+0000`; empty when the sale has neither start nor end. */
export function salePeriod(startsAt: Date | null, endsAt: Date | null): string {
  const [start, end] = [known(startsAt, 'start'), known(endsAt, 'end')];
  if (start === null && end === null) return '';
  return `${start === null ? OPEN_START : write(start)}/${end === null ? OPEN_END : write(end)}`;
}

/** Null: an end cannot be read. */
export function parseSaleDates(
  start: string | undefined,
  end: string | undefined,
): { startsAt: Date | null; endsAt: Date | null } | null {
  const [from, to] = [readDate(start), readDate(end)];
  if (from === undefined || to === undefined) return null;
  return { startsAt: known(from, 'start'), endsAt: known(to, 'end') };
}

/** Whole minutes, since Meta keeps no seconds; null for the far dates that stand for an open end. */
function known(instant: Date | null, end: 'start' | 'end'): Date | null {
  if (instant === null) return null;
  const ms = Math.floor(instant.getTime() / MINUTE_MS) * MINUTE_MS;
  const isOpen = end === 'start' ? ms < LAST_OPEN_START : ms >= FIRST_OPEN_END;
  return isOpen ? null : new Date(ms);
}

function write(instant: Date): string {
  return `${instant.toISOString().slice(0, 16)}+0000`;
}

function readDate(text: string | undefined): Date | null | undefined {
  if (text === undefined || text.trim() === '') return null;
  if (!/^\d{4}-\d\d-\d\d/.test(text)) return undefined;
  // Meta writes the zone without a colon, which the standard does not have.
  const ms = Date.parse(text.trim().replace(/([+-]\d\d)(\d\d)$/, '$1:$2'));
  return Number.isNaN(ms) ? undefined : new Date(ms);
}
