import type { CustomerImport } from './imports.query.ts';

export interface Pace {
  /** Rows read a second, since the beginning. */
  perSecond: number;
  estimatedRows: number | undefined;
  secondsLeft: number | undefined;
}

type Counted = Pick<CustomerImport, 'rowsRead' | 'startedAt' | 'progressAt' | 'status'>;

/** Rows are read about as fast as they arrive, so the part that is sent says how many there are in all. */
export function paceOf({ rowsRead, startedAt, progressAt, status }: Counted, part: number | undefined): Pace {
  const seconds = (Date.parse(progressAt) - Date.parse(startedAt)) / 1_000;
  const perSecond = seconds > 0 ? Math.round(rowsRead / seconds) : 0;
  if (part === undefined || part <= 0 || part >= 1 || rowsRead === 0 || status !== 'running') {
    return { perSecond, estimatedRows: undefined, secondsLeft: undefined };
  }
  const estimatedRows = Math.round(rowsRead / part);
  const secondsLeft = perSecond > 0 ? (estimatedRows - rowsRead) / perSecond : undefined;
  return { perSecond, estimatedRows, secondsLeft };
}
