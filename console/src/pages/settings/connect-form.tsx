import { useState } from 'react';
import { settingsWords } from '../../../messages/settings.ts';
import { Form } from '../../features/form/form.tsx';
import { useSubmit } from '../../features/form/submit.ts';
import { TextField } from '../../ui/field/text-field.tsx';
import { useWords } from '../../ui/language/language.tsx';
import { connectSender, type Sender } from './senders.query.ts';
import styles from './settings.module.css';

const NAMES = ['name', 'phoneNumberId', 'businessAccountId', 'accessToken', 'appSecret'] as const;
type Name = (typeof NAMES)[number];
const REQUIRED: readonly Name[] = ['name', 'phoneNumberId', 'accessToken'];
const DIGITS: readonly Name[] = ['phoneNumberId', 'businessAccountId'];
const SECRET: readonly Name[] = ['accessToken', 'appSecret'];

/** What Meta shows about a number, and where. The API asks Meta with the token before it keeps anything. */
export function ConnectForm({
  onDone,
  onCancel,
}: {
  onDone: (sender: Sender) => void;
  onCancel: () => void;
}) {
  const all = useWords(settingsWords);
  const words = all.senders;
  const [values, setValues] = useState<Readonly<Record<Name, string>>>({
    ...{ name: '', phoneNumberId: '', businessAccountId: '', accessToken: '', appSecret: '' },
  });
  const check = (): Record<string, string> => {
    const wrong: Record<string, string> = {};
    for (const name of NAMES) {
      const value = values[name].trim();
      if (value === '' && REQUIRED.includes(name)) wrong[name] = all.missing;
      else if (DIGITS.includes(name) && !/^\d*$/.test(value)) wrong[name] = words.digits;
    }
    return wrong;
  };
  const submitting = useSubmit({
    ...{ fields: NAMES, check, onDone, failed: words.connectFailed },
    send: () => {
      const [account, secret] = [values.businessAccountId.trim(), values.appSecret.trim()];
      return connectSender({
        name: values.name.trim(),
        phoneNumberId: values.phoneNumberId.trim(),
        accessToken: values.accessToken.trim(),
        ...(account === '' ? {} : { businessAccountId: account }),
        ...(secret === '' ? {} : { appSecret: secret }),
      });
    },
  });
  const hints = {
    name: words.nameHint,
    phoneNumberId: words.phoneNumberIdHint,
    businessAccountId: words.businessAccountIdHint,
    accessToken: words.accessTokenHint,
    appSecret: words.appSecretHint,
  };
  return (
    <Form label={words.form} submitting={submitting} act={words.test} onCancel={onCancel}>
      <p className={styles.lead}>{words.where}</p>
      {NAMES.map((name, index) => (
        <TextField
          key={name}
          label={words[name]}
          hint={hints[name]}
          autoComplete="off"
          autoFocus={index === 0}
          {...(SECRET.includes(name) ? { type: 'password' } : {})}
          {...(DIGITS.includes(name) ? { inputMode: 'numeric' as const, dir: 'ltr' } : {})}
          value={values[name]}
          onChange={(value) => setValues({ ...values, [name]: value })}
          error={submitting.errors[name]}
        />
      ))}
    </Form>
  );
}
