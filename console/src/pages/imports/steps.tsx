import { importsWords } from '../../../messages/imports.ts';
import { useText, useWords } from '../../ui/language/language.tsx';
import styles from './steps.module.css';

export const STEPS = ['file', 'columns', 'check', 'import'] as const;
export type Step = (typeof STEPS)[number];

export function Steps({ here }: { here: Step }) {
  const t = useText();
  const words = useWords(importsWords);
  const at = STEPS.indexOf(here);
  return (
    <ol className={styles.steps} aria-label={words.steps.label}>
      {STEPS.map((step, index) => (
        <li
          key={step}
          className={styles.step}
          data-done={index < at}
          aria-current={step === here ? 'step' : undefined}
        >
          <span className={styles.number} aria-hidden>
            {t.count(index + 1)}
          </span>
          <span>{words.steps[step]}</span>
          {index < at ? <span className="visually-hidden">{words.done}</span> : null}
        </li>
      ))}
    </ol>
  );
}
