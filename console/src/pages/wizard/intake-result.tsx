import { wizardWords } from '../../../messages/wizard.ts';
import { useWords } from '../../ui/language/language.tsx';
import type { Intake } from './wizard.query.ts';
import styles from './wizard.module.css';

const SHOWN = 20;

interface IntakeResultProps {
  intake: Intake;
  /** The line of the box that an input stood on. */
  lineOf?: (input: string) => number | undefined;
}

/** What was understood and what was not, with the reason for each. */
export function IntakeResult({ intake, lineOf }: IntakeResultProps) {
  const words = useWords(wizardWords).people;
  const { recipientsAdded, duplicatesSkipped, invalid, invalidCount, warnings } = intake;
  return (
    <div className={styles.result}>
      <p>
        <strong>{words.added(recipientsAdded, duplicatesSkipped)}</strong>
      </p>
      {warnings.map(({ code, count }) => (
        <p key={code}>{words.warnings[code](count)}</p>
      ))}
      {invalidCount === 0 ? null : (
        <>
          <p>{words.refused(invalidCount)}</p>
          <ul className={styles.muted}>
            {invalid.slice(0, SHOWN).map(({ input, reason }, index) => {
              const line = lineOf?.(input);
              // Most reasons name the input themselves.
              const why = reason.includes(input) ? reason : words.refusal(input, reason);
              return (
                <li key={index} dir="auto">
                  {line === undefined ? why : words.line(line, why)}
                </li>
              );
            })}
            {invalidCount > SHOWN ? <li>{words.more(invalidCount - SHOWN)}</li> : null}
          </ul>
        </>
      )}
    </div>
  );
}
