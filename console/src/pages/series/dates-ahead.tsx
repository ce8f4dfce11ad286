import { seriesWords } from '../../../messages/series.ts';
import { useSettled } from '../../features/suggest/settled.ts';
import { useTimes } from '../../features/zone/zone.ts';
import { useReason } from '../../ui/block/failure.tsx';
import { useWords } from '../../ui/language/language.tsx';
import { sayRule } from './say-rule.ts';
import { scheduleOf, type SeriesDraft } from './series-draft.ts';
import { usePreview } from './series.query.ts';
import styles from './series.module.css';

const AFTER_MS = 300;
const SHOWN = 6;

/** What the fields mean in words, and the dates that the API makes of them. */
export function DatesAhead({ draft }: { draft: SeriesDraft }) {
  const all = useWords(seriesWords);
  const words = all.form;
  const { at: time, zone, startsOn, every, weekdays, ending, endsOn } = draft;
  const isWhole = time !== '' && zone !== '' && startsOn !== '' && (every !== 'week' || weekdays.length > 0);
  const schedule = scheduleOf(draft);
  const end = ending === 'on' && endsOn !== '' ? { endsOn } : {};
  const about = { schedule, at: time, timeZone: zone, from: startsOn, count: SHOWN, ...end };
  const settled = useSettled(isWhole ? about : null, AFTER_MS);
  const preview = usePreview(settled);
  const reason = useReason(preview.error);
  const { at } = useTimes(isKnownZone(zone) ? zone : undefined);
  if (!isWhole) return <p>{words.previewWaits}</p>;
  const dates = preview.data ?? [];
  return (
    <div className={styles.dates}>
      <p className={styles.said}>{sayRule({ schedule, rrule: '', at: time, timeZone: zone }, all)}</p>
      {preview.isError ? (
        <p role="alert">{reason}</p>
      ) : dates.length === 0 && preview.isSuccess ? (
        <p>{words.previewNone}</p>
      ) : (
        <ul className={styles.dates}>
          {dates.map((one) => (
            <li key={one.localDate} className={styles.day}>
              {at(one.at, 'dayYear')}, {one.localTime}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

function isKnownZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}
