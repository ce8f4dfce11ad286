import { useState } from 'react';
import { customersWords } from '../../../messages/customers.ts';
import { SuggestField } from '../../features/suggest/suggest-field.tsx';
import { Button } from '../../ui/button/button.tsx';
import { Chip } from '../../ui/chip/chip.tsx';
import { SearchField } from '../../ui/field/search-field.tsx';
import { CloseIcon } from '../../ui/icons.ts';
import { useWords } from '../../ui/language/language.tsx';
import type { PeopleFilter } from './customers.query.ts';
import styles from './filters.module.css';

/** With the field of the same meaning, whose values are suggested. */
const MORE = [
  ['city', 'city'],
  ['state', 'state'],
  ['zipcode', 'zipcode'],
  ['tier', 'customerTier'],
  ['tag', 'tags'],
] as const;
const MARKETING = ['all', 'subscribed', 'unsubscribed'] as const;

interface FiltersProps {
  filter: PeopleFilter;
  onChange: (changes: Partial<PeopleFilter>) => void;
}

export function Filters({ filter, onChange }: FiltersProps) {
  const words = useWords(customersWords);
  const set = MORE.filter(([name]) => filter[name] !== '');
  const [wasSet] = useState(set.length > 0);
  return (
    <div className={styles.filters}>
      <div className={styles.line}>
        <SearchField label={words.search} value={filter.search} onChange={(search) => onChange({ search })} />
        <label className={styles.choice}>
          <span>{words.marketing}</span>
          <select
            value={filter.subscription}
            onChange={({ currentTarget: { value } }) =>
              onChange({ subscription: MARKETING.find((known) => known === value) ?? 'all' })
            }
          >
            {MARKETING.map((choice) => (
              <option key={choice} value={choice}>
                {words.marketings[choice]}
              </option>
            ))}
          </select>
        </label>
      </div>
      <details open={wasSet ? true : undefined}>
        <summary>{set.length === 0 ? words.more : words.moreSet(set.length)}</summary>
        <div className={styles.more}>
          {MORE.map(([name, field]) => (
            <Typed
              key={`${name} ${filter[name]}`}
              label={words.filters[name]}
              field={field}
              value={filter[name]}
              onDone={(value) => onChange({ [name]: value })}
            />
          ))}
        </div>
      </details>
      {set.length === 0 ? null : (
        <div className={styles.chips}>
          {set.map(([name]) => (
            <Button
              key={name}
              look="quiet"
              aria-label={words.without(words.filters[name], filter[name])}
              onPress={() => onChange({ [name]: '' })}
            >
              <Chip icon={<CloseIcon aria-hidden size={14} />}>
                <bdi>{words.filterIs(words.filters[name], filter[name])}</bdi>
              </Chip>
            </Button>
          ))}
          <Button
            look="quiet"
            onPress={() => onChange({ city: '', state: '', zipcode: '', tier: '', tag: '' })}
          >
            {words.clear}
          </Button>
        </div>
      )}
    </div>
  );
}

interface TypedProps {
  label: string;
  field: string;
  value: string;
  onDone: (value: string) => void;
}

/** These match whole values, so nothing is looked up until the value is there: on Enter, or when the field is left. */
function Typed({ label, field, value, onDone }: TypedProps) {
  const [typed, setTyped] = useState(value);
  const done = (): void => {
    if (typed.trim() !== value) onDone(typed.trim());
  };
  return (
    <div onBlur={done}>
      <SuggestField label={label} field={field} value={typed} onChange={setTyped} onEnter={done} />
    </div>
  );
}
