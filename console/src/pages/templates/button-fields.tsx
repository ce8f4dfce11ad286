import { templatesWords } from '../../../messages/templates.ts';
import { Button } from '../../ui/button/button.tsx';
import { TextField } from '../../ui/field/text-field.tsx';
import { useWords } from '../../ui/language/language.tsx';
import { Select } from '../../ui/select/select.tsx';
import { BUTTON_KINDS, type ButtonDraft } from './draft.ts';
import { variablesOf } from './variables.ts';
import styles from './templates.module.css';

const MOST = 10;

export function ButtonFields({
  buttons,
  onChange,
}: {
  buttons: readonly ButtonDraft[];
  onChange: (buttons: ButtonDraft[]) => void;
}) {
  const words = useWords(templatesWords).form;
  return (
    <fieldset className={styles.samples}>
      <legend>{words.buttons}</legend>
      {buttons.map((button, index) => (
        <OneButton
          key={index}
          number={index + 1}
          button={button}
          onChange={(changes) =>
            onChange(buttons.map((one, at) => (at === index ? { ...one, ...changes } : one)))
          }
          onRemove={() => onChange(buttons.filter((_, at) => at !== index))}
        />
      ))}
      {buttons.length >= MOST ? null : (
        <p>
          <Button
            onPress={() => onChange([...buttons, { kind: 'QUICK_REPLY', text: '', value: '', sample: '' }])}
          >
            {words.addButton}
          </Button>
        </p>
      )}
    </fieldset>
  );
}

interface OneButtonProps {
  number: number;
  button: ButtonDraft;
  onChange: (changes: Partial<ButtonDraft>) => void;
  onRemove: () => void;
}

function OneButton({ number, button: { kind, text, value, sample }, onChange, onRemove }: OneButtonProps) {
  const words = useWords(templatesWords).form;
  return (
    <div className={styles.button} role="group" aria-label={words.buttonKind(number)}>
      <Select
        label={words.buttonKind(number)}
        value={kind}
        options={BUTTON_KINDS.map((known) => [known, words.buttonKinds[known]])}
        onChange={(next) => onChange({ kind: next, value: '', sample: '' })}
      />
      <TextField
        label={words.buttonText}
        autoComplete="off"
        dir="auto"
        value={text}
        onChange={(next) => onChange({ text: next })}
      />
      {kind === 'QUICK_REPLY' ? null : (
        <TextField
          label={kind === 'URL' ? words.buttonUrl : words.buttonPhone}
          autoComplete="off"
          dir="ltr"
          inputMode={kind === 'URL' ? 'url' : 'tel'}
          value={value}
          onChange={(next) => onChange({ value: next })}
        />
      )}
      {kind === 'URL' && variablesOf(value).length > 0 ? (
        <TextField
          label={words.buttonSample}
          autoComplete="off"
          dir="ltr"
          inputMode="url"
          value={sample}
          onChange={(next) => onChange({ sample: next })}
        />
      ) : null}
      <p>
        <Button look="quiet" onPress={onRemove}>
          {words.removeButton(number)}
        </Button>
      </p>
    </div>
  );
}
