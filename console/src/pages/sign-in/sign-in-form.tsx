import { useState, type SyntheticEvent } from 'react';
import { Problem } from '../../lib/problem.ts';
import { signIn } from '../../api/session.ts';
import { Button } from '../../ui/button/button.tsx';
import { useReason } from '../../ui/block/failure.tsx';
import { TextField } from '../../ui/field/text-field.tsx';
import { useText } from '../../ui/language/language.tsx';
import styles from './door.module.css';

/** With e-mail and password, or with a key that is exchanged for a session. */
export function SignInForm({ onDone }: { onDone: () => void }) {
  const t = useText().signIn;
  const [way, setWay] = useState<'password' | 'key'>('password');
  const [values, setValues] = useState({ email: '', password: '', key: '' });
  const [isTried, setTried] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const alert = useAlert(error, way);

  const names = way === 'key' ? (['key'] as const) : (['email', 'password'] as const);
  const missing = names.filter((name) => values[name].trim() === '');
  const missingOf = (name: (typeof names)[number]): string | undefined =>
    isTried && missing.includes(name) ? t.missing[name] : undefined;
  const set = (name: keyof typeof values) => (value: string) => setValues({ ...values, [name]: value });

  const submit = async (event: SyntheticEvent): Promise<void> => {
    event.preventDefault();
    setTried(true);
    if (missing.length > 0 || isBusy) return;
    setBusy(true);
    setError(undefined);
    const { email, password, key } = values;
    try {
      await signIn(way === 'key' ? { key: key.trim() } : { email: email.trim(), password });
      onDone();
    } catch (reason) {
      setError(reason);
      setBusy(false);
    }
  };
  return (
    <form className={styles.form} onSubmit={(event) => void submit(event)} noValidate>
      {alert === undefined ? null : (
        <p role="alert" className={styles.alert}>
          {alert}
        </p>
      )}
      {way === 'password' ? (
        <>
          <TextField
            label={t.email}
            type="email"
            autoComplete="username"
            value={values.email}
            onChange={set('email')}
            error={missingOf('email')}
          />
          <TextField
            label={t.password}
            type="password"
            autoComplete="current-password"
            value={values.password}
            onChange={set('password')}
            error={missingOf('password')}
          />
        </>
      ) : (
        <TextField
          label={t.key}
          hint={t.keyHint}
          type="password"
          autoComplete="off"
          value={values.key}
          onChange={set('key')}
          error={missingOf('key')}
        />
      )}
      <Button type="submit" look="main">
        {isBusy ? t.working : t.submit}
      </Button>
      <Button
        look="quiet"
        onPress={() => {
          setWay(way === 'key' ? 'password' : 'key');
          setTried(false);
          setError(undefined);
        }}
      >
        {way === 'key' ? t.usePassword : t.useKey}
      </Button>
    </form>
  );
}

function useAlert(error: unknown, way: 'password' | 'key'): string | undefined {
  const t = useText().signIn;
  const reason = useReason(error);
  if (error === undefined) return undefined;
  if (!(error instanceof Problem)) return t.failed;
  if (error.status === 429) return t.tooMany(error.retryAfterSeconds ?? 60);
  if (error.status === 401 || error.status === 400) return way === 'key' ? t.wrongKey : t.wrong;
  return reason;
}
