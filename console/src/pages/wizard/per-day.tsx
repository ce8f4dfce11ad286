import { wizardWords } from '../../../messages/wizard.ts';
import { onDay } from '../../lib/when.ts';
import { Choice } from '../../ui/choice/choice.tsx';
import { useText, useWords } from '../../ui/language/language.tsx';
import { NumberField } from '../../ui/number-field/number-field.tsx';
import type { Editing } from './editing.ts';
import { hasPeople } from './steps.ts';
import { useForecast } from './wizard.query.ts';
import styles from './per-day.module.css';

const MOST = 1_000_000;
const USUAL = 250;
/** A slider is for the usual sizes; the number beside it takes any. */
const STOPS = [10, 25, 50, 100, 150, 200, 250, 300, 400, 500, 750, 1_000, 1_500, 2_000, 3_000, 5_000, 10_000];

export function PerDay({ editing }: { editing: Editing }) {
  const words = useWords(wizardWords).schedule;
  const { draft, change } = editing;
  const limit = draft.dailySendLimit;
  const set = (dailySendLimit: number | null): void => change({ dailySendLimit });
  const stop = STOPS.findLastIndex((value) => value <= (limit ?? USUAL));
  return (
    <Choice
      legend={words.perDay}
      value={limit === null ? 'unlimited' : 'limited'}
      onChange={(kind) => set(kind === 'unlimited' ? null : USUAL)}
      options={[
        {
          value: 'limited',
          label: words.limited,
          children: (
            <>
              <div className={styles.limit}>
                <input
                  type="range"
                  aria-label={words.limitSlider}
                  min={0}
                  max={STOPS.length - 1}
                  value={Math.max(0, stop)}
                  aria-valuetext={String(limit)}
                  onChange={(event) => set(STOPS[Number(event.currentTarget.value)] ?? USUAL)}
                />
                <NumberField
                  label={words.limit}
                  wrong={words.wrong(1, MOST)}
                  min={1}
                  max={MOST}
                  value={limit}
                  onChange={set}
                />
              </div>
              <Outlook editing={editing} />
            </>
          ),
        },
        { value: 'unlimited', label: words.unlimited, children: <Outlook editing={editing} /> },
      ]}
    />
  );
}

/** What the number a day comes to, told beside it. */
function Outlook({ editing }: { editing: Editing }) {
  return hasPeople(editing.draft) ? <Foretold editing={editing} /> : null;
}

function Foretold({ editing }: { editing: Editing }) {
  const t = useText();
  const words = useWords(wizardWords).schedule;
  const { draft, state, saving } = editing;
  const { data, isPlaceholderData } = useForecast(draft.id, state);
  if (data === undefined || data.days.length === 0) return null;
  const { days, endsOn } = data;
  const last = endsOn === null ? '' : onDay(endsOn, 'weekday', t.locale);
  const isOld = isPlaceholderData || saving.kind !== 'saved';
  return (
    <p role="status" className={styles.outlook} data-old={isOld}>
      {draft.dailySendLimit === null
        ? words.until(days.length, last)
        : words.takesUntil(draft.dailySendLimit, days.length, last)}
    </p>
  );
}
