import { useState, type SyntheticEvent } from 'react';
import { messagesOf, Problem } from '../../lib/problem.ts';
import type { components } from '../../api/schema.d.ts';
import { signIn } from '../../api/session.ts';
import { Button } from '../../ui/button/button.tsx';
import { TextField } from '../../ui/field/text-field.tsx';
import { useText } from '../../ui/language/language.tsx';
import styles from './door.module.css';

const SHORTEST = 12;

interface JoinFormProps {
  token: string;
  known: components['schemas']['InvitationOfLinkDto'];
  onDone: () => void;
}

/** Name, e-mail and password of a person who comes with a link. */
export function JoinForm({ token, known, onDone }: JoinFormProps) {
  const t = useText().welcome;
  const [values, setValues] = useState({ name: known.name ?? '', email: known.email ?? '', password: '' });
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [alert, setAlert] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  const set = (name: keyof typeof values) => (value: string) => setValues({ ...values, [name]: value });

  const submit = async (event: SyntheticEvent): Promise<void> => {
    event.preventDefault();
    const wrong: Record<string, string> = {};
    if (values.name.trim() === '') wrong['name'] = t.missing;
    if (values.email.trim() === '') wrong['email'] = t.missing;
    if (values.password.length < SHORTEST) wrong['password'] = t.short;
    setErrors(wrong);
    setAlert(undefined);
    if (Object.keys(wrong).length > 0 || isBusy) return;
    setBusy(true);
    try {
      const email = known.email === null ? { email: values.email.trim() } : {};
      await signIn({ token, password: values.password, name: values.name.trim(), ...email });
      onDone();
    } catch (reason) {
      setBusy(false);
      const problem = reason instanceof Problem ? reason : undefined;
      setErrors(messagesOf(problem?.errors ?? []));
      if (problem === undefined || problem.errors.length === 0) {
        setAlert(problem?.status === 401 ? t.overOwner : problem?.detail || t.failed);
      }
    }
  };
  return (
    <form className={styles.form} onSubmit={(event) => void submit(event)} noValidate>
      {alert === undefined ? null : (
        <p role="alert" className={styles.alert}>
          {alert}
        </p>
      )}
      <TextField
        label={t.name}
        autoComplete="name"
        value={values.name}
        onChange={set('name')}
        error={errors['name']}
      />
      <TextField
        label={t.email}
        type="email"
        autoComplete="username"
        readOnly={known.email !== null}
        value={values.email}
        onChange={set('email')}
        error={errors['email']}
      />
      <TextField
        label={t.password}
        hint={t.passwordHint}
        type="password"
        autoComplete="new-password"
        value={values.password}
        onChange={set('password')}
        error={errors['password']}
      />
      <Button type="submit" look="main">
        {t.submit}
      </Button>
    </form>
  );
}
