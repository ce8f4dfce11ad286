import { calendarWords } from '../../../messages/calendar.ts';
import { cx } from '../../lib/cx.ts';
import { onDay } from '../../lib/when.ts';
import { WarnIcon } from '../../ui/icons.ts';
import { useText, useWords } from '../../ui/language/language.tsx';
import type { CalendarDay } from './calendar.query.ts';
import { DayBar } from './day-bar.tsx';
import type { Month } from './month.ts';
import styles from './calendar.module.css';

interface MonthGridProps {
  month: Month;
  days: ReadonlyMap<string, CalendarDay>;
  today: string;
  chosen: string | undefined;
  onChoose: (day: string) => void;
}

/** A table, so that a screen reader says the weekday of each day. */
export function MonthGrid({ month, days, today, chosen, onChoose }: MonthGridProps) {
  const t = useText();
  const words = useWords(calendarWords);
  const [head = []] = month.weeks;
  const most = Math.max(
    1,
    ...[...days.values()].map(({ planned, capacity }) => Math.max(planned, capacity ?? 0)),
  );
  return (
    <table className={styles.month}>
      <caption className="visually-hidden">{words.list}</caption>
      <thead>
        <tr>
          {head.map((day) => (
            <th key={day} scope="col">
              {onDay(day, 'weekdayShort', t.locale)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {month.weeks.map((week) => (
          <tr key={week[0]}>
            {week.map((date) => (
              <td key={date}>
                <Cell
                  date={date}
                  day={days.get(date)}
                  most={most}
                  isOutside={!date.startsWith(month.name)}
                  isToday={date === today}
                  isChosen={date === chosen}
                  onChoose={onChoose}
                />
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

interface CellProps {
  date: string;
  day: CalendarDay | undefined;
  most: number;
  isOutside: boolean;
  isToday: boolean;
  isChosen: boolean;
  onChoose: (day: string) => void;
}

function Cell({ date, day, most, isOutside, isToday, isChosen, onChoose }: CellProps) {
  const t = useText();
  const words = useWords(calendarWords);
  const { planned = 0, sent = 0, capacity = null } = day ?? {};
  const isOver = capacity !== null && planned > capacity;
  const said =
    planned === 0
      ? words.nothing
      : [words.planned(planned), sent > 0 ? words.sent(sent) : '', isOver ? words.overShort(capacity) : '']
          .filter((part) => part !== '')
          .join(', ');
  return (
    <button
      type="button"
      className={cx(
        styles.day,
        isOutside && styles.outside,
        isToday && styles.today,
        isChosen && styles.chosen,
        planned === 0 && styles.empty,
      )}
      aria-pressed={isChosen}
      onClick={() => onChoose(date)}
    >
      <span className={styles.number}>
        <span className="visually-hidden">{onDay(date, 'weekday', t.locale)}</span>
        <span aria-hidden>{Number(date.slice(-2))}</span>
        {isToday ? <span className="visually-hidden">{words.isToday}</span> : null}
        {isOver ? <WarnIcon aria-hidden size={14} /> : null}
      </span>
      <span className="visually-hidden">{said}</span>
      {planned === 0 || day === undefined ? null : (
        <span aria-hidden className={styles.what}>
          <DayBar day={day} most={most} />
          <span className={styles.long}>{sent > 0 ? words.sent(sent) : words.planned(planned)}</span>
          <span className={styles.short}>{t.count(sent > 0 ? sent : planned)}</span>
        </span>
      )}
    </button>
  );
}
