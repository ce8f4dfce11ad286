import type { UseQueryResult } from '@tanstack/react-query';
import { Link } from 'wouter';
import { segmentsWords } from '../../../messages/segments.ts';
import { cx } from '../../lib/cx.ts';
import { Problem } from '../../lib/problem.ts';
import { Failure } from '../../ui/block/failure.tsx';
import { useWords } from '../../ui/language/language.tsx';
import { Phone } from '../../ui/phone/phone.tsx';
import type { Audience as Counted } from './segments.query.ts';
import styles from './segments.module.css';

interface AudienceProps {
  audience: UseQueryResult<Counted>;
  isWhole: boolean;
  /** The number belongs to the conditions as they stand. */
  isSettled: boolean;
}

export function Audience({ audience, isWhole, isSettled }: AudienceProps) {
  const words = useWords(segmentsWords).one;
  const { data, error } = audience;
  if (!isWhole) return <p>{words.waits}</p>;
  if (isSettled && error instanceof Problem && error.status === 422) {
    return <p role="status">{words.tooWide}</p>;
  }
  // What is wrong with a condition is said beside it.
  if (isSettled && error instanceof Problem && error.errors.length > 0) {
    return <p role="status">{words.notCounted}</p>;
  }
  if (isSettled && error !== null) {
    return <Failure title={words.notCounted} error={error} onAgain={() => void audience.refetch()} />;
  }
  if (!isSettled || data === undefined) return <p>{words.counting}</p>;
  return (
    <>
      <div role="status">
        <p className={cx(styles.figure)}>{data.count === 0 ? words.nobody : words.people(data.count)}</p>
        {data.count === 0 ? null : <p>{words.reachable(data.reachable)}</p>}
      </div>
      {data.sample.length === 0 ? null : (
        <>
          <h3>{words.sample}</h3>
          <ul className={styles.sample}>
            {data.sample.map(({ id, name, phoneNumber, city }) => (
              <li key={id}>
                <Link href={`/customers/${id}`} dir="auto">
                  {name ?? (phoneNumber === null ? id : <Phone number={phoneNumber} />)}
                </Link>{' '}
                <bdi className={styles.muted}>{city}</bdi>
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  );
}
