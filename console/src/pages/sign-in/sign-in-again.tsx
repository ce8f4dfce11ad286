import { useEffect, useRef } from 'react';
import { useText } from '../../ui/language/language.tsx';
import { SignInForm } from './sign-in-form.tsx';
import styles from './sign-in-again.module.css';

/** Over the page, which keeps what was typed: the browser's own dialog holds the focus. */
export default function SignInAgain() {
  const t = useText().signIn;
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    dialog.current?.showModal();
  }, []);
  return (
    <dialog
      ref={dialog}
      className={styles.dialog}
      aria-label={t.title}
      onCancel={(event) => event.preventDefault()}
      // A browser may close it all the same at a second Escape.
      onClose={() => dialog.current?.showModal()}
    >
      <div className={styles.content}>
        <h2>{t.title}</h2>
        <p>{t.again}</p>
        {/* The shell takes the dialog away with the new session. */}
        <SignInForm onDone={() => undefined} />
      </div>
    </dialog>
  );
}
