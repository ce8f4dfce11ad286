import { settingsWords } from '../../../messages/settings.ts';
import { Checks } from '../../ui/checks/checks.tsx';
import { TextField } from '../../ui/field/text-field.tsx';
import { useWords } from '../../ui/language/language.tsx';
import { GROUP_NAMES, type Chosen } from './kind-groups.ts';

interface KindsChoiceProps {
  value: Chosen;
  error: string | undefined;
  onChange: (value: Chosen) => void;
}

export function KindsChoice({ value, error, onChange }: KindsChoiceProps) {
  const words = useWords(settingsWords).webhooks;
  return (
    <>
      <Checks
        legend={words.kinds}
        error={error}
        options={[
          { value: '*' as const, label: words.groups['*'] },
          ...(value.isEverything
            ? []
            : GROUP_NAMES.map((group) => ({ value: group, label: words.groups[group] }))),
        ]}
        value={value.isEverything ? ['*'] : value.groups}
        onChange={(chosen) =>
          onChange({
            ...value,
            isEverything: chosen.includes('*'),
            groups: value.isEverything ? value.groups : GROUP_NAMES.filter((group) => chosen.includes(group)),
          })
        }
      />
      {value.isEverything ? null : (
        <TextField
          label={words.single}
          hint={words.singleHint}
          autoComplete="off"
          dir="ltr"
          value={value.single}
          onChange={(single) => onChange({ ...value, single })}
        />
      )}
    </>
  );
}
