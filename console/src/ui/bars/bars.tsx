import type { ReactNode } from 'react';
import { axisTop, barsOf } from '../../lib/scale.ts';
import { cx } from '../../lib/cx.ts';
import { useText } from '../language/language.tsx';
import styles from './bars.module.css';

export interface Series {
  name: string;
  tone: 'planned' | 'sent' | 'arrived' | 'read' | 'failed';
  values: readonly number[];
}

interface BarsProps {
  finding: string;
  /** Behind one another: each later series is a part of the one before. */
  series: readonly Series[];
  labels: readonly string[];
  head: string;
  extra?: { name: string; values: readonly ReactNode[] };
}

const TALL = 160;
const WIDE = 1_000;

/** Bars for the eye, and the same numbers as a table for everybody. */
export function Bars({ finding, series, labels, head, extra }: BarsProps) {
  const t = useText();
  const top = axisTop(series.flatMap(({ values }) => values));
  return (
    <figure className={styles.figure}>
      <figcaption>{finding}</figcaption>
      <div className={styles.legend} aria-hidden>
        {series.map(({ name, tone }) => (
          <span key={name}>
            <svg viewBox="0 0 10 10">
              <rect className={cx(styles[tone])} width="10" height="10" rx="2" />
            </svg>
            {name}
          </span>
        ))}
        <span className={styles.top}>{t.count(top)}</span>
      </div>
      <svg aria-hidden className={styles.chart} viewBox={`0 0 ${WIDE} ${TALL}`} preserveAspectRatio="none">
        {series.map(({ name, tone, values }) =>
          barsOf(values, top).map(({ start, width, height }, index) => (
            <rect
              key={`${name} ${labels[index] ?? index}`}
              className={cx(styles[tone])}
              x={start * WIDE}
              width={width * WIDE}
              y={TALL - height * TALL}
              height={height * TALL}
            />
          )),
        )}
      </svg>
      <div className={styles.ends} aria-hidden>
        <span>{labels[0]}</span>
        <span>{labels.length > 1 ? labels.at(-1) : ''}</span>
      </div>
      <details>
        <summary>{t.states.showNumbers}</summary>
        <div className={styles.scroll} tabIndex={0} role="group" aria-label={finding}>
          <table>
            <thead>
              <tr>
                <th scope="col">{head}</th>
                {series.map(({ name }) => (
                  <th key={name} scope="col">
                    {name}
                  </th>
                ))}
                {extra === undefined ? null : <th scope="col">{extra.name}</th>}
              </tr>
            </thead>
            <tbody>
              {labels.map((label, index) => (
                <tr key={label}>
                  <th scope="row">{label}</th>
                  {series.map(({ name, values }) => (
                    <td key={name}>{t.count(values[index] ?? 0)}</td>
                  ))}
                  {extra === undefined ? null : <td>{extra.values[index]}</td>}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </details>
    </figure>
  );
}
