import type { UseQueryResult } from '@tanstack/react-query';
import { useSession } from '../../api/session.ts';
import { useNow } from '../../features/now/now.ts';
import { addDays, dayOf, onDay } from '../../lib/when.ts';
import { Block } from '../../ui/block/block.tsx';
import { Loaded } from '../../ui/block/loaded.tsx';
import { useText } from '../../ui/language/language.tsx';
import type { Plans, Sender } from './today.query.ts';
import styles from './today.module.css';

const DAYS = 7;

interface NextDaysProps {
  plans: UseQueryResult<Plans>;
  /** Some campaigns were not read at all. */
  isPart: boolean;
  senders: Sender[];
}

/** The plans of what runs and what is scheduled, added up by day, against what the number may do. */
export function NextDays({ plans, isPart, senders }: NextDaysProps) {
  const words = useText().today;
  return (
    <Block title={words.nextDays}>
      <Loaded query={plans} what={words.nextDays} lines={DAYS}>
        {(data) => (
          <>
            {isPart || data.isPart ? <p>{words.nextDaysPart}</p> : null}
            <Days plans={data.plans} isPart={isPart || data.isPart} senders={senders} />
          </>
        )}
      </Loaded>
    </Block>
  );
}

interface DaysProps {
  plans: Plans['plans'];
  isPart: boolean;
  senders: Sender[];
}

function Days({ plans, isPart, senders }: DaysProps) {
  const t = useText();
  const words = t.today;
  const { organization } = useSession();
  // The days of a plan are days of the shop, wherever the reader is.
  const today = dayOf(useNow(60_000), organization.timeZone);
  const days = Array.from({ length: DAYS }, (_, index) => {
    const day = addDays(today, index);
    const batches = plans.flatMap(({ days: planned }) => planned.filter(({ send_date: at }) => at === day));
    return { day, planned: batches.reduce((sum, { batch_size: size }) => sum + size, 0) };
  });
  const limit = senders.find(({ isDefault }) => isDefault)?.portfolio?.messagingLimit ?? undefined;
  const isOver = (planned: number): boolean => limit !== undefined && planned > limit;
  if (days.every(({ planned }) => planned === 0)) {
    return isPart ? null : <p className={styles.muted}>{words.nextDaysNone}</p>;
  }
  return (
    <>
      <ul className={styles.days}>
        {days.map(({ day, planned }) => (
          <li key={day}>
            <span className={styles.muted}>
              {day === today ? words.todayShort : onDay(day, 'weekday', t.locale)}
            </span>
            <span>{words.planned(planned)}</span>
            {limit !== undefined && isOver(planned) ? (
              <span className={styles.over}>{words.over(limit)}</span>
            ) : null}
          </li>
        ))}
      </ul>
      {limit !== undefined && days.some(({ planned }) => isOver(planned)) ? (
        <p className={styles.muted}>{words.overHint(limit)}</p>
      ) : null}
    </>
  );
}
