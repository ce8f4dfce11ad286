import { templatesWords } from '../../../messages/templates.ts';
import { Block } from '../../ui/block/block.tsx';
import { Loaded } from '../../ui/block/loaded.tsx';
import { CheckIcon, FailedIcon, WarnIcon } from '../../ui/icons.ts';
import { useWords } from '../../ui/language/language.tsx';
import { useSettled } from '../../ui/settled.ts';
import { inputOf, placeOf, type Draft } from './draft.ts';
import { useLint, type LintProblem, type TemplateInput } from './templates.query.ts';
import styles from './templates.module.css';

/** Each check is a request that the activity names, so it waits for a pause in the typing. */
const PAUSE_MS = 1_000;

/** What Meta would refuse, while it is being written. */
export function LintResult({ draft }: { draft: Draft }) {
  const words = useWords(templatesWords).form;
  const settled = useSettled(draft, PAUSE_MS);
  const isReady = [settled.name, settled.language, settled.body].every((text) => text.trim() !== '');
  const input = isReady ? inputOf(settled) : undefined;
  const lint = useLint(input);
  return (
    <Block title={words.problems}>
      <div role="status">
        {input === undefined ? (
          <p className={styles.muted}>{words.typing}</p>
        ) : (
          <Loaded query={lint} what={words.problems}>
            {({ errors, warnings }) => (
              <div className={styles.rows}>
                {errors.length === 0 ? (
                  <p className={styles.fine}>
                    <CheckIcon aria-hidden size={18} />
                    <span>{words.fine}</span>
                  </p>
                ) : (
                  <Problems problems={errors} input={input} isError />
                )}
                {warnings.length === 0 ? null : (
                  <>
                    <h3>{words.warnings}</h3>
                    <Problems problems={warnings} input={input} isError={false} />
                  </>
                )}
              </div>
            )}
          </Loaded>
        )}
      </div>
    </Block>
  );
}

interface ProblemsProps {
  problems: readonly LintProblem[];
  input: TemplateInput;
  isError: boolean;
}

function Problems({ problems, input, isError }: ProblemsProps) {
  const words = useWords(templatesWords).form;
  return (
    <ul className={styles.rows}>
      {problems.map(({ field, message }) => (
        <li key={`${field} ${message}`} className={isError ? styles.wrong : styles.doubt}>
          {isError ? <FailedIcon aria-hidden size={18} /> : <WarnIcon aria-hidden size={18} />}
          <span dir="auto">{words.says(words.places[placeOf(field, input.components)], message)}</span>
        </li>
      ))}
    </ul>
  );
}
