import { seriesWords } from '../../../messages/series.ts';
import { Block } from '../../ui/block/block.tsx';
import { Choice } from '../../ui/choice/choice.tsx';
import { useWords } from '../../ui/language/language.tsx';
import { Select } from '../../ui/select/select.tsx';
import { Toggle } from '../../ui/toggle/toggle.tsx';
import type { People, SeriesDraft } from './series-draft.ts';
import styles from './series.module.css';

interface PeopleFieldsProps {
  draft: SeriesDraft;
  groups: readonly { id: string; name: string }[];
  /** The people of a series that is there already may stay as they are. */
  mayKeep: boolean;
  error: string | undefined;
  onChange: (changes: Partial<SeriesDraft>) => void;
}

export function PeopleFields({ draft, groups, mayKeep, error, onChange }: PeopleFieldsProps) {
  const words = useWords(seriesWords).form;
  const which = (
    <Select
      label={words.whichGroup}
      value={draft.group}
      options={[['', words.noGroup], ...groups.map(({ id, name }) => [id, name] as const)]}
      hint={error}
      onChange={(group) => onChange({ group })}
    />
  );
  const before = { value: 'before' as const, label: words.asBefore, hint: words.asBeforeHint };
  return (
    <Block title={words.who}>
      <div className={styles.main}>
        <Choice<People>
          legend={words.who}
          isLegendHidden
          value={draft.people}
          options={[
            ...(mayKeep ? [before] : []),
            { value: 'all', label: words.everyone, hint: words.everyoneHint },
            { value: 'group', label: words.group, hint: words.groupHint, children: which },
          ]}
          onChange={(people) => onChange({ people })}
        />
        <Toggle
          label={words.once}
          hint={words.onceHint}
          isOn={draft.oncePerPerson}
          onChange={(oncePerPerson) => onChange({ oncePerPerson })}
        />
      </div>
    </Block>
  );
}
