import { useId, useState } from 'react';
import { settingsWords } from '../../../messages/settings.ts';
import { Form } from '../../features/form/form.tsx';
import { useSubmit } from '../../features/form/submit.ts';
import { TextField } from '../../ui/field/text-field.tsx';
import { useWords } from '../../ui/language/language.tsx';
import { Select } from '../../ui/select/select.tsx';
import { createKey } from './keys.query.ts';
import { AREAS, isOnlyWrite, NOTHING, scopesOf, type Area, type Level } from './scopes.ts';
import own from './key-form.module.css';

export interface MadeKey {
  name: string;
  key: string;
}

export function KeyForm({ onDone, onCancel }: { onDone: (made: MadeKey) => void; onCancel: () => void }) {
  const all = useWords(settingsWords);
  const words = all.keys;
  const id = useId();
  const [name, setName] = useState('');
  const [levels, setLevels] = useState(NOTHING);
  const submitting = useSubmit({
    fields: ['name', 'scopes'],
    check: () => ({
      ...(name.trim() === '' ? { name: all.missing } : {}),
      ...(scopesOf(levels).length === 0 ? { scopes: words.noScopes } : {}),
    }),
    send: () => createKey(name.trim(), scopesOf(levels)),
    onDone: ({ name: made, key }) => onDone({ name: made, key }),
    failed: words.failed,
  });
  const optionsOf = (area: Area): (readonly [Level, string])[] =>
    isOnlyWrite(area)
      ? [
          ['none', words.levels.none],
          ['write', words.onlyWrite[area]],
        ]
      : [
          ['none', words.levels.none],
          ['read', words.levels.read],
          ['write', words.levels.write],
        ];
  return (
    <Form label={words.form} submitting={submitting} act={words.create} onCancel={onCancel}>
      <TextField
        label={words.name}
        hint={words.nameHint}
        autoComplete="off"
        autoFocus
        value={name}
        onChange={setName}
        error={submitting.errors['name']}
      />
      <fieldset className={own.scopes} aria-describedby={id}>
        <legend>{words.scopes}</legend>
        <div className={own.areas}>
          {AREAS.map((area) => (
            <div key={area} className={own.area} data-chosen={levels[area] !== 'none'}>
              <Select
                label={words.areas[area]}
                value={levels[area]}
                options={optionsOf(area)}
                onChange={(level) => setLevels({ ...levels, [area]: level })}
              />
            </div>
          ))}
        </div>
        <p id={id} role="status" className={own.error}>
          {submitting.errors['scopes']}
        </p>
      </fieldset>
    </Form>
  );
}
