import { seriesWords } from '../../../messages/series.ts';
import { Block } from '../../ui/block/block.tsx';
import { Checks } from '../../ui/checks/checks.tsx';
import { Choice } from '../../ui/choice/choice.tsx';
import { TextField } from '../../ui/field/text-field.tsx';
import { useWords } from '../../ui/language/language.tsx';
import { NumberField } from '../../ui/number-field/number-field.tsx';
import { Select } from '../../ui/select/select.tsx';
import { Toggle } from '../../ui/toggle/toggle.tsx';
import type { Ending, Monthly, SeriesDraft, Weekday } from './series-draft.ts';
import styles from './series.module.css';

type Errors = Readonly<Record<string, string>>;

interface WhenFieldsProps {
  draft: SeriesDraft;
  isByRule: boolean;
  errors: Errors;
  onChange: (changes: Partial<SeriesDraft>) => void;
}

export function WhenFields({ draft, isByRule, errors, onChange }: WhenFieldsProps) {
  const all = useWords(seriesWords);
  const words = all.form;
  const days = Object.entries(all.days) as [Weekday, string][];
  return (
    <Block title={words.when}>
      <div className={styles.main}>
        {isByRule ? <p>{words.asRule}</p> : null}
        <div className={styles.fields}>
          <Select
            label={words.every}
            value={draft.every}
            options={Object.entries(words.units) as [SeriesDraft['every'], string][]}
            onChange={(every) => onChange({ every })}
          />
          <NumberField
            label={words.interval}
            hint={words.intervalHint}
            wrong={words.intervalWrong}
            min={1}
            max={100}
            value={draft.interval}
            onChange={(interval) => onChange({ interval })}
          />
        </div>
        {draft.every === 'week' ? (
          <Checks
            legend={words.weekdays}
            options={days.map(([value, label]) => ({ value, label }))}
            value={draft.weekdays}
            error={errors['weekdays']}
            onChange={(weekdays) => onChange({ weekdays })}
          />
        ) : null}
        {draft.every === 'month' ? <OfMonth draft={draft} days={days} onChange={onChange} /> : null}
        <div className={styles.fields}>
          <TextField
            label={words.at}
            type="time"
            value={draft.at}
            error={errors['at']}
            onChange={(at) => onChange({ at })}
          />
          <TextField
            label={words.zone}
            value={draft.zone}
            maxLength={64}
            onChange={(zone) => onChange({ zone })}
          />
          <TextField
            label={words.startsOn}
            type="date"
            value={draft.startsOn}
            error={errors['startsOn']}
            onChange={(startsOn) => onChange({ startsOn })}
          />
        </div>
        <End draft={draft} errors={errors} onChange={onChange} />
        <Select
          label={words.overlap}
          value={draft.overlap}
          options={Object.entries(words.overlaps) as [SeriesDraft['overlap'], string][]}
          onChange={(overlap) => onChange({ overlap })}
        />
      </div>
    </Block>
  );
}

interface OfMonthProps {
  draft: SeriesDraft;
  days: [Weekday, string][];
  onChange: (changes: Partial<SeriesDraft>) => void;
}

function OfMonth({ draft, days, onChange }: OfMonthProps) {
  const all = useWords(seriesWords);
  const words = all.form;
  const byDay = (
    <div className={styles.main}>
      <NumberField
        label={words.dayNumber}
        wrong={words.dayWrong}
        min={1}
        max={31}
        value={draft.day}
        onChange={(day) => onChange({ day })}
      />
      {draft.day > 28 ? (
        <Toggle
          label={words.shorter}
          hint={words.shorterHint}
          isOn={draft.orLast}
          onChange={(orLast) => onChange({ orLast })}
        />
      ) : null}
    </div>
  );
  const byWeekday = (
    <div className={styles.fields}>
      <Select
        label={words.place}
        value={draft.place}
        options={['1', '2', '3', '4', '-1'].map((n) => [n, all.places[Number(n)] ?? n] as const)}
        onChange={(place) => onChange({ place })}
      />
      <Select
        label={words.weekday}
        value={draft.weekday}
        options={days}
        onChange={(weekday) => onChange({ weekday })}
      />
    </div>
  );
  return (
    <Choice<Monthly>
      legend={words.monthly}
      value={draft.monthly}
      options={[
        { value: 'last', label: words.last },
        { value: 'day', label: words.dayOf, children: byDay },
        { value: 'nth', label: words.nth, children: byWeekday },
      ]}
      onChange={(monthly) => onChange({ monthly })}
    />
  );
}

function End({ draft, errors, onChange }: Omit<WhenFieldsProps, 'isByRule'>) {
  const words = useWords(seriesWords).form;
  const onDay = (
    <TextField
      label={words.endsOn}
      type="date"
      value={draft.endsOn}
      error={errors['endsOn']}
      onChange={(endsOn) => onChange({ endsOn })}
    />
  );
  const afterSome = (
    <NumberField
      label={words.count}
      wrong={words.countWrong}
      min={1}
      max={10_000}
      value={draft.count}
      onChange={(count) => onChange({ count })}
    />
  );
  return (
    <Choice<Ending>
      legend={words.end}
      value={draft.ending}
      options={[
        { value: 'never', label: words.ends.never },
        { value: 'on', label: words.ends.on, children: onDay },
        { value: 'after', label: words.ends.after, children: afterSome },
      ]}
      onChange={(ending) => onChange({ ending })}
    />
  );
}
