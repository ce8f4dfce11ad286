import { useTimes } from '../../features/zone/zone.ts';
import { withTimes } from '../../features/waiting/waiting-words.ts';
import type { UseQueryResult } from '@tanstack/react-query';
import { Block } from '../../ui/block/block.tsx';
import { Failure } from '../../ui/block/failure.tsx';
import { LinkButton } from '../../ui/button/button.tsx';
import { CheckIcon, WarnIcon } from '../../ui/icons.ts';
import { useText } from '../../ui/language/language.tsx';
import { needsOf } from './needs.ts';
import type { Morning, Sender } from './today.query.ts';
import styles from './today.module.css';

interface NeedsProps {
  campaigns: Morning['troubled'];
  senders: UseQueryResult<Sender[]>;
}

export function Needs({ campaigns, senders }: NeedsProps) {
  const t = useText();
  const { at } = useTimes();
  const needs = needsOf(campaigns, senders.data ?? [], t);
  return (
    <Block title={t.today.needsTitle(needs.length)}>
      {senders.isError ? (
        <Failure
          title={t.states.failed(t.today.senders)}
          error={senders.error}
          onAgain={() => void senders.refetch()}
        />
      ) : null}
      {needs.length === 0 && (senders.isError || senders.isPending) ? null : needs.length === 0 ? (
        <p className={styles.quiet}>
          <CheckIcon aria-hidden size={18} />
          {t.today.quiet}
        </p>
      ) : (
        <ul className={styles.needs}>
          {needs.map(({ key, tone, title, reason, to }) => (
            <li key={key} className={styles.need}>
              <WarnIcon aria-hidden size={18} data-tone={tone} />
              <div>
                <p className={styles.needTitle} dir="auto">
                  {title}
                </p>
                {reason === undefined ? null : (
                  <p className={styles.muted} dir="auto">
                    {withTimes(reason, (instant) => at(instant, 'dayTime'))}
                  </p>
                )}
              </div>
              {to === undefined ? null : <LinkButton to={to}>{t.today.seeWhy}</LinkButton>}
            </li>
          ))}
        </ul>
      )}
    </Block>
  );
}
