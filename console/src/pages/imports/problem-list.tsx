import { importsWords } from '../../../messages/imports.ts';
import { FailedIcon, WarnIcon } from '../../ui/icons.ts';
import { useWords } from '../../ui/language/language.tsx';
import type { ImportProblem } from './imports.query.ts';
import styles from './problem-list.module.css';

export function ProblemList({ problems }: { problems: readonly ImportProblem[] }) {
  const words = useWords(importsWords).columns;
  if (problems.length === 0) return null;
  return (
    <ul className={styles.problems}>
      {problems.map(({ severity, column, message, count, line, sample }) => (
        <li key={`${column ?? ''} ${message}`} className={styles[severity === 'error' ? 'bad' : 'warn']}>
          {severity === 'error' ? <FailedIcon aria-hidden size={16} /> : <WarnIcon aria-hidden size={16} />}
          <span>
            <span dir="auto">{count === null ? message : words.problem(count, message)}</span>{' '}
            {line === null ? null : (
              <span className={styles.example}>
                {sample === null || sample === '' ? words.exampleLine(line) : words.example(line, sample)}
              </span>
            )}
          </span>
        </li>
      ))}
    </ul>
  );
}
