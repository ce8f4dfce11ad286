import { useState } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import { settingsWords } from '../../../messages/settings.ts';
import { loadSession } from '../../api/session.ts';
import { Form } from '../../features/form/form.tsx';
import { useSubmit } from '../../features/form/submit.ts';
import { Block } from '../../ui/block/block.tsx';
import { Choice } from '../../ui/choice/choice.tsx';
import { TextField } from '../../ui/field/text-field.tsx';
import { useText, useWords } from '../../ui/language/language.tsx';
import { NumberField } from '../../ui/number-field/number-field.tsx';
import { useToast } from '../../ui/toast/toast.tsx';
import { changesOf, valuesOf, type Values } from './organisation-values.ts';
import { changeOrganisation, ORGANISATION, type OrganizationSettings } from './organisation.query.ts';
import { StopWords } from './stop-words.tsx';
import styles from './organisation.module.css';

const FIELDS = ['name', 'defaultCountry'];

export function OrganisationForm({ settings }: { settings: OrganizationSettings }) {
  const t = useText();
  const all = useWords(settingsWords);
  const words = all.organisation;
  const say = useToast();
  const client = useQueryClient();
  const [values, setValues] = useState(() => valuesOf(settings));
  const set = (changes: Partial<Values>): void => setValues({ ...values, ...changes });
  const submitting = useSubmit({
    fields: FIELDS,
    check: () => (values.name.trim() === '' ? { name: all.missing } : {}),
    send: () => changeOrganisation(changesOf(values)),
    onDone: (saved) => {
      client.setQueryData(ORGANISATION, saved);
      setValues(valuesOf(saved));
      say({ text: words.saved });
      // The name stands above every page.
      void loadSession();
    },
    failed: words.failed,
  });
  const country = countryOf(values.defaultCountry, t.locale);
  return (
    <Block title={words.title}>
      <Form label={words.title} submitting={submitting} act={words.save} isWide>
        <div className={styles.columns}>
          <TextField
            label={words.name}
            autoComplete="organization"
            value={values.name}
            onChange={(name) => set({ name })}
            error={submitting.errors['name']}
          />
          <TextField
            label={words.country}
            hint={country === undefined ? words.countryHint : words.countryIs(country)}
            autoComplete="off"
            maxLength={2}
            value={values.defaultCountry}
            onChange={(defaultCountry) => set({ defaultCountry })}
            error={submitting.errors['defaultCountry']}
          />
        </div>
        <div className={styles.columns}>
          {' '}
          <Choice
            legend={words.consent}
            value={values.consentPolicy}
            onChange={(consentPolicy) => set({ consentPolicy })}
            options={(['explicit', 'assume'] as const).map((value) => ({
              value,
              label: words.policies[value],
              hint: words.policyHints[value],
            }))}
          />
          <Choice
            legend={words.cap}
            value={values.hasCap ? 'on' : 'off'}
            onChange={(value) => set({ hasCap: value === 'on' })}
            options={[
              { value: 'off', label: words.capOff },
              {
                ...{ value: 'on', label: words.capOn },
                children: (
                  <>
                    <div className={styles.numbers}>
                      {' '}
                      <NumberField
                        label={words.capMessages}
                        wrong={words.wrongNumber}
                        {...{ min: 1, max: 1_000, value: values.capMessages }}
                        onChange={(capMessages) => set({ capMessages })}
                      />
                      <NumberField
                        label={words.capDays}
                        wrong={words.wrongNumber}
                        {...{ min: 1, max: 365, value: values.capDays }}
                        onChange={(capDays) => set({ capDays })}
                      />
                    </div>{' '}
                    <p>{words.capSays(values.capMessages, values.capDays)}</p>
                  </>
                ),
              },
            ]}
          />
        </div>{' '}
        <StopWords values={values} onChange={set} />
      </Form>
    </Block>
  );
}

/** Undefined while the two letters are not a country. */
function countryOf(code: string, locale: string): string | undefined {
  if (!/^[a-z]{2}$/i.test(code.trim())) return undefined;
  const upper = code.trim().toUpperCase();
  const name = new Intl.DisplayNames(locale, { type: 'region' }).of(upper);
  return name === upper ? undefined : name;
}
