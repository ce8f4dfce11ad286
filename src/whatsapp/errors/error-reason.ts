import { fit } from '../../platform/database/storable-text.js';
import type { Classification } from './classify-error.js';
import type { GraphError } from './graph-error.js';

export const LONGEST_REASON = 2_000;

/** What an operator reads: the title and code, what it means, and Meta's own words. */
export function errorReason(
  error: Pick<GraphError, 'code' | 'title' | 'details'>,
  { entry, title, explanation }: Pick<Classification, 'entry' | 'title' | 'explanation'>,
): string {
  const code = error.code === null ? '' : ` (${error.code})`;
  const details = error.details === null ? '' : ` Meta says: ${error.details}`;
  return fit(`${entry === null ? error.title : title}${code}. ${explanation}${details}`, LONGEST_REASON);
}
