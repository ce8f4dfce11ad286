import { Link } from 'wouter';
import { calendarWords } from '../../../messages/calendar.ts';
import { StateChip } from '../../features/campaign/state-chip.tsx';
import { onDay } from '../../lib/when.ts';
import { Block } from '../../ui/block/block.tsx';
import { useText, useWords } from '../../ui/language/language.tsx';
import { Progress } from '../../ui/progress/progress.tsx';
import type { CalendarDay } from './calendar.query.ts';
import styles from './calendar.module.css';

/** The campaigns of one day. */
export function DayDetails({ day }: { day: CalendarDay }) {
  const t = useText();
  const words = useWords(calendarWords);
  const { date, planned, sent, left, capacity, campaigns, more } = day;
  return (
    <Block title={onDay(date, 'weekday', t.locale)}>
      {planned === 0 ? (
        <p>{words.quiet}</p>
      ) : (
        <>
          <p>{words.summary(planned, sent, left)}</p>
          {capacity === null ? null : (
            <p className={planned > capacity ? styles.over : styles.muted}>
              {planned > capacity ? words.over(planned, capacity) : words.room(capacity - planned)}
            </p>
          )}
          <ul className={styles.campaigns} aria-label={words.campaigns}>
            {campaigns.map(({ id, name, status, planned: of, sent: done }) => (
              <li key={id}>
                <p className={styles.campaign}>
                  <Link href={`/campaigns/${id}`} dir="auto">
                    {name}
                  </Link>
                  <StateChip status={status} />
                </p>
                <p className={styles.muted}>{words.campaign(done, of)}</p>
                <Progress label={words.campaign(done, of)} value={done} total={of} />
              </li>
            ))}
          </ul>
          {more === 0 ? null : <p className={styles.muted}>{words.more(more)}</p>}
        </>
      )}
    </Block>
  );
}
