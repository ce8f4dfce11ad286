import { may, useSession } from '../../api/session.ts';
import { wizardWords } from '../../../messages/wizard.ts';
import { useWords } from '../../ui/language/language.tsx';
import { useAudience, type Draft } from './wizard.query.ts';
import styles from './wizard.module.css';

interface LackingProps {
  draft: Draft;
  path: string;
  fallback: string;
}

/** How many of the customers who match lack a detail. Of a list that is not known before the start. */
export function Lacking({ draft, path, fallback }: LackingProps) {
  const words = useWords(wizardWords).personalise;
  const isAllowed = may(useSession(), 'customers:read');
  const { targetType, segmentQuery } = draft;
  const without = { field: path, operator: 'notExists' };
  const query =
    targetType === 'all'
      ? { logic: 'AND', conditions: [without] }
      : targetType === 'segment' && segmentQuery !== null
        ? { logic: 'AND', conditions: [segmentQuery, without] }
        : undefined;
  const { data } = useAudience(isAllowed ? query : undefined);
  if (data === undefined || data.reachable === 0) return null;
  return (
    <p role="status" className={fallback === '' ? styles.warn : styles.muted}>
      {fallback === '' ? words.lackingBad(data.reachable) : words.lacking(data.reachable, fallback)}
    </p>
  );
}
