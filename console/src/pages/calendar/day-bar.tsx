import type { CalendarDay } from './calendar.query.ts';
import styles from './calendar.module.css';

const WIDE = 100;

/** Planned, and before it what is sent, against the fullest day; the line is what the numbers may send on a day. */
export function DayBar({ day: { planned, sent, capacity }, most }: { day: CalendarDay; most: number }) {
  const of = (value: number): number => (Math.min(value, most) / most) * WIDE;
  return (
    <svg aria-hidden className={styles.bar} viewBox={`0 0 ${WIDE} 6`} preserveAspectRatio="none">
      <rect className={styles.planned} width={of(planned)} height="6" />
      <rect className={styles.sent} width={of(sent)} height="6" />
      {capacity === null ? null : (
        <rect className={styles.capacity} x={Math.min(of(capacity), WIDE - 1)} width="1" height="6" />
      )}
    </svg>
  );
}
