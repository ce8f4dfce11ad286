import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import { settingsWords } from '../../../messages/settings.ts';
import { api } from '../../api/client.ts';
import { keys } from '../../api/keys.ts';
import type { components } from '../../api/schema.d.ts';
import { useSession } from '../../api/session.ts';
import { problemOf } from '../../lib/problem.ts';
import { cityOf } from '../../lib/when.ts';
import { Block } from '../../ui/block/block.tsx';
import { Loaded } from '../../ui/block/loaded.tsx';
import { Chip } from '../../ui/chip/chip.tsx';
import { CheckIcon, FailedIcon } from '../../ui/icons.ts';
import { useText, useWords } from '../../ui/language/language.tsx';
import styles from './settings.module.css';

const CHECKS = ['database', 'migrations', 'queue'] as const;
const REFRESH_MS = 30_000;

/** What runs here, and whether it is well. */
export function About() {
  const t = useText();
  const words = useWords(settingsWords).about;
  const { installation, organization } = useSession();
  const { version, simulator, clock } = installation;
  const health = useHealth();
  const rows = [
    [words.version, version],
    [words.practice, simulator ? words.practiceYes : words.practiceNo],
    [words.clock, clock ? words.clockMovable : words.clockReal],
    [words.zone, t.app.zoneName(cityOf(organization.timeZone))],
  ] as const;
  return (
    <>
      <Block title={words.title}>
        <dl className={styles.facts}>
          {rows.map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
        <p>
          <a href="/docs">{words.docs}</a>
        </p>
      </Block>
      <Block title={words.health}>
        <Loaded query={health} what={words.health}>
          {({ status, checks }) => (
            <>
              <p>{status === 'ok' ? words.healthy : words.unhealthy}</p>
              <dl className={styles.facts}>
                {CHECKS.map((check) => (
                  <div key={check}>
                    <dt>{words.checks[check]}</dt>
                    <dd>
                      {checks[check] === 'up' ? (
                        <Chip tone="ok" icon={<CheckIcon aria-hidden size={14} />}>
                          {words.up}
                        </Chip>
                      ) : (
                        <Chip tone="bad" icon={<FailedIcon aria-hidden size={14} />}>
                          {words.down}
                        </Chip>
                      )}
                    </dd>
                  </div>
                ))}
              </dl>
            </>
          )}
        </Loaded>
      </Block>
    </>
  );
}

type Readiness = components['schemas']['ReadinessDto'];

/** An installation that is not well says so with 503 and the same body. */
function useHealth(): UseQueryResult<Readiness> {
  return useQuery({
    queryKey: keys.settings('health'),
    queryFn: async ({ signal }): Promise<Readiness> => {
      const { data, error, response } = await api.GET('/health/ready', { signal });
      if (!response.ok && response.status !== 503) throw problemOf(response.status, error, response.headers);
      return data ?? error;
    },
    refetchInterval: REFRESH_MS,
  });
}
