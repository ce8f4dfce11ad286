import { useEffect, useRef } from 'react';
import { settingsWords } from '../../../messages/settings.ts';
import { Button } from '../../ui/button/button.tsx';
import { CopyButton } from '../../ui/copy-button/copy-button.tsx';
import { useWords } from '../../ui/language/language.tsx';
import styles from './secret-once.module.css';

interface SecretOnceProps {
  title: string;
  hint: string;
  secret: string;
  /** Discards the secret. Only the page that shows it holds a copy, in its own state. */
  onDone: () => void;
}

/** A key, a secret or a link that nobody can show a second time. */
export function SecretOnce({ title, hint, secret, onDone }: SecretOnceProps) {
  const words = useWords(settingsWords).once;
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    heading.current?.focus();
  }, []);
  return (
    <section className={styles.once} aria-label={title}>
      <h3 ref={heading} tabIndex={-1}>
        {title}
      </h3>
      <p>{hint}</p>
      <code className={styles.secret}>
        <bdi dir="ltr">{secret}</bdi>
      </code>
      <div className={styles.buttons}>
        <CopyButton label={words.copy} text={secret} />
        <Button look="main" onPress={onDone}>
          {words.done}
        </Button>
      </div>
    </section>
  );
}
