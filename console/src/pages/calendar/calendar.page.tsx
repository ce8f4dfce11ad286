import { calendarWords } from '../../../messages/calendar.ts';
import { useNow } from '../../features/now/now.ts';
import { useTimes } from '../../features/zone/zone.ts';
import { useSession } from '../../api/session.ts';
import { text } from '../../lib/search-codec.ts';
import { dayOf } from '../../lib/when.ts';
import { Block } from '../../ui/block/block.tsx';
import { Loaded } from '../../ui/block/loaded.tsx';
import { Button } from '../../ui/button/button.tsx';
import { useText, useWords } from '../../ui/language/language.tsx';
import { Page } from '../../ui/page/page.tsx';
import { useSearch } from '../../ui/search.ts';
import { useCalendar } from './calendar.query.ts';
import { DayDetails } from './day-details.tsx';
import { firstWeekdayOf } from './first-weekday.ts';
import { monthOf, MONTH, otherMonth } from './month.ts';
import { MonthGrid } from './month-grid.tsx';
import styles from './calendar.module.css';

const CODEC = { month: text('', 7), day: text('', 10) };

/** What all campaigns have planned and sent, day by day. The days are those of the shop. */
export default function CalendarPage() {
  const t = useText();
  const words = useWords(calendarWords);
  const { organization } = useSession();
  const now = useNow(60_000);
  const { zoneName } = useTimes();
  const [filter, change] = useSearch(CODEC);
  const today = dayOf(now, organization.timeZone);
  const name = MONTH.test(filter.month) ? filter.month : today.slice(0, 7);
  const month = monthOf(name, firstWeekdayOf(t.locale));
  const [first = month.first, last = month.last] = [month.weeks[0]?.[0], month.weeks.at(-1)?.at(-1)];
  const days = useCalendar(first, last);
  const title = monthName(name, t.locale);
  const chosen = days.data?.get(filter.day === '' && today.startsWith(name) ? today : filter.day);
  const go = (to: string): void => change({ month: to === today.slice(0, 7) ? '' : to, day: '' });
  return (
    <Page
      title={words.title}
      windowTitle={words.windowTitle(title)}
      aside={zoneName === undefined ? undefined : <p className={styles.muted}>{zoneName}</p>}
      actions={
        <>
          <Button onPress={() => go(otherMonth(name, -1))}>{words.earlier}</Button>
          <Button isDisabled={name === today.slice(0, 7)} onPress={() => go(today.slice(0, 7))}>
            {words.today}
          </Button>
          <Button onPress={() => go(otherMonth(name, 1))}>{words.later}</Button>
        </>
      }
    >
      <Block title={title}>
        <Loaded query={days} what={words.list} lines={12}>
          {(known) => {
            const inside = [...known.values()].filter(({ date }) => date.startsWith(name));
            const planned = inside.reduce((sum, day) => sum + day.planned, 0);
            const sent = inside.reduce((sum, day) => sum + day.sent, 0);
            return (
              <>
                <p className={styles.muted} role="status">
                  {planned === 0 ? words.emptyMonth : words.total(planned, sent)}
                </p>
                <MonthGrid
                  month={month}
                  days={known}
                  today={today}
                  chosen={chosen?.date}
                  onChoose={(day) => change({ day })}
                />
              </>
            );
          }}
        </Loaded>
      </Block>
      {chosen === undefined ? <p className={styles.muted}>{words.choose}</p> : <DayDetails day={chosen} />}
    </Page>
  );
}

const monthName = (name: string, locale: string): string =>
  new Intl.DateTimeFormat(locale, { month: 'long', year: 'numeric', timeZone: 'UTC' }).format(
    new Date(`${name}-15T12:00:00Z`),
  );
