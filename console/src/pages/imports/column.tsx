import { useState } from 'react';
import { importsWords } from '../../../messages/imports.ts';
import { TextField } from '../../ui/field/text-field.tsx';
import { useWords } from '../../ui/language/language.tsx';
import { Select } from '../../ui/select/select.tsx';
import type { ImportColumn, ImportProblem } from './imports.query.ts';
import { ProblemList } from './problem-list.tsx';
import styles from './columns.module.css';

const DETAIL = 'attributes.';
const NOTHING = '-';

interface ColumnProps {
  column: ImportColumn;
  targets: readonly string[];
  problems: readonly ImportProblem[];
  onTarget: (target: string) => void;
}

export function Column({ column: { header, target, samples }, targets, problems, onTarget }: ColumnProps) {
  const words = useWords(importsWords).columns;
  const isDetail = target.startsWith(DETAIL);
  const options = [
    [NOTHING, words.leaveOut] as const,
    [DETAIL, words.detail] as const,
    ...targets
      .filter((name) => name !== NOTHING && !name.startsWith(DETAIL))
      .map((name) => [name, words.targets[name] ?? name] as const),
  ];
  return (
    <li className={styles.column}>
      <p className={styles.header} dir="auto">
        {header === '' ? words.noName : header}
      </p>
      <p className={styles.samples}>
        {samples.map((sample) => (
          <bdi key={sample}>{sample}</bdi>
        ))}
      </p>
      <div className={styles.target}>
        {header === '' ? (
          <p className={styles.muted}>{words.unnamed}</p>
        ) : (
          <>
            <Select
              label={words.becomesOf(header)}
              value={isDetail ? DETAIL : target}
              options={options}
              onChange={(chosen) => onTarget(chosen === DETAIL ? `${DETAIL}${asPath(header)}` : chosen)}
            />
            {isDetail ? (
              <DetailName
                key={target}
                header={header}
                path={target.slice(DETAIL.length)}
                onPath={(path) => onTarget(`${DETAIL}${path}`)}
              />
            ) : null}
          </>
        )}
        <ProblemList problems={problems} />
      </div>
    </li>
  );
}

/** A header is a name for people; dots at its end or with spaces around make no levels. */
function asPath(header: string): string {
  const path = header
    .split('.')
    .map((step) => step.trim())
    .filter((step) => step !== '')
    .join('.');
  return path === '' ? 'detail' : path;
}

function DetailName({
  header,
  path,
  onPath,
}: {
  header: string;
  path: string;
  onPath: (path: string) => void;
}) {
  const words = useWords(importsWords).columns;
  const [typed, setTyped] = useState(path);
  return (
    <TextField
      label={words.detailName(header)}
      hint={words.detailHint}
      value={typed}
      autoComplete="off"
      onChange={setTyped}
      onBlur={() => {
        if (asPath(typed) !== path) onPath(asPath(typed));
      }}
    />
  );
}
