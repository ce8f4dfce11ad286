import { seriesWords } from '../../../messages/series.ts';
import { Block } from '../../ui/block/block.tsx';
import { TextField } from '../../ui/field/text-field.tsx';
import { useWords } from '../../ui/language/language.tsx';
import { Select } from '../../ui/select/select.tsx';
import { valuesIn, type SeriesDraft } from './series-draft.ts';
import { useSeriesTemplates } from './series.query.ts';
import styles from './series.module.css';

interface MessageFieldsProps {
  draft: SeriesDraft;
  error: string | undefined;
  onChange: (changes: Partial<SeriesDraft>) => void;
}

export function MessageFields({ draft, error, onChange }: MessageFieldsProps) {
  const words = useWords(seriesWords).form;
  const templates = useSeriesTemplates().data ?? [];
  const known = templates.map((one) => [`${one.name}/${one.language}`, one] as const);
  const chosen = known.find(([id]) => id === draft.template)?.[1];
  const names = [...new Set([...valuesIn(chosen?.components), ...Object.keys(draft.values)])];
  const isKnown = draft.template === '' || chosen !== undefined;
  return (
    <Block title={words.template}>
      <div className={styles.main}>
        <Select
          label={words.template}
          value={draft.template}
          options={[
            ['', words.noTemplate],
            ...(isKnown ? [] : [[draft.template, draft.template.replace('/', ', ')] as const]),
            ...known.map(([id, { name, language }]) => [id, `${name}, ${language}`] as const),
          ]}
          hint={error}
          onChange={(template) => onChange({ template, values: {} })}
        />
        {names.map((name) => (
          <TextField
            key={name}
            label={words.value(name)}
            hint={words.valueHint}
            value={draft.values[name] ?? ''}
            maxLength={1_000}
            dir="auto"
            onChange={(value) => onChange({ values: { ...draft.values, [name]: value } })}
          />
        ))}
      </div>
    </Block>
  );
}
