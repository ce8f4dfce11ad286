import { Link } from 'wouter';
import { wizardWords } from '../../../messages/wizard.ts';
import { cx } from '../../lib/cx.ts';
import { CheckIcon, WarnIcon } from '../../ui/icons.ts';
import { useWords } from '../../ui/language/language.tsx';
import { STEPS, type Mark, type Step } from './steps.ts';
import styles from './step-links.module.css';

interface StepLinksProps {
  id: string | undefined;
  here: Step;
  /** Undefined: there is no draft yet, so only the first step can be reached. */
  marks: Readonly<Record<Step, Mark>> | undefined;
}

export function StepLinks({ id, here, marks }: StepLinksProps) {
  const words = useWords(wizardWords);
  return (
    <nav aria-label={words.steps.label} className={styles.steps}>
      <ol>
        {STEPS.map((step, index) => {
          const mark = marks?.[step] ?? 'open';
          const name = words.steps[step];
          const isReachable = id !== undefined && (step !== 'review' || marks?.people === 'done');
          const content = (
            <>
              <span aria-hidden className={cx(styles.place, styles[mark])}>
                {mark === 'done' ? (
                  <CheckIcon size={16} />
                ) : mark === 'todo' ? (
                  <WarnIcon size={16} />
                ) : (
                  index + 1
                )}
              </span>
              <span className={styles.name}>{name}</span>
              <span className="visually-hidden">{words.marks[mark]}</span>
            </>
          );
          return (
            <li key={step}>
              {isReachable ? (
                <Link
                  href={`/campaigns/${id}/edit/${step}`}
                  className={styles.step}
                  aria-current={step === here ? 'step' : undefined}
                >
                  {content}
                </Link>
              ) : (
                <span className={styles.step} aria-current={step === here ? 'step' : undefined}>
                  {content}
                </span>
              )}
            </li>
          );
        })}
      </ol>
    </nav>
  );
}
