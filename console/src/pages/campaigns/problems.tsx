import { useMutation, useQueryClient, type UseQueryResult } from '@tanstack/react-query';
import { Link } from 'wouter';
import { keys } from '../../api/keys.ts';
import { may, useSession } from '../../api/session.ts';
import { sayCode } from '../../features/explain/say-event.ts';
import { Block } from '../../ui/block/block.tsx';
import { reasonOf } from '../../ui/block/failure.tsx';
import { Loaded } from '../../ui/block/loaded.tsx';
import { Button } from '../../ui/button/button.tsx';
import { EmptyState } from '../../ui/empty-state/empty-state.tsx';
import { useText, useWords } from '../../ui/language/language.tsx';
import { Phone } from '../../ui/phone/phone.tsx';
import { useToast } from '../../ui/toast/toast.tsx';
import { retryRecipients, type CampaignDetail, type Stats } from './campaigns.query.ts';
import styles from './campaign.module.css';
import { peopleWords } from '../../../messages/people.ts';

export function Problems({ campaign, stats }: { campaign: CampaignDetail; stats: UseQueryResult<Stats> }) {
  const words = useText().campaign;
  return (
    <Block title={words.problemsTitle}>
      <Loaded query={stats} what={words.problemsTitle}>
        {({ errors, sampleFailures }) =>
          errors.length === 0 ? (
            <EmptyState title={words.problemsNone} />
          ) : (
            <ul className={styles.problems}>
              {errors.map((error) => (
                <OneProblem
                  key={error.code ?? error.title}
                  campaign={campaign}
                  error={error}
                  samples={sampleFailures.filter(({ errorCode }) => errorCode === error.code).slice(0, 3)}
                />
              ))}
            </ul>
          )
        }
      </Loaded>
    </Block>
  );
}

interface OneProblemProps {
  campaign: CampaignDetail;
  error: Stats['errors'][number];
  samples: Stats['sampleFailures'];
}

function OneProblem({ campaign, error, samples }: OneProblemProps) {
  const t = useText();
  const people = useWords(peopleWords);
  const words = t.campaign;
  const { code, count, title, meaning, action } = error;
  const session = useSession();
  const say = useToast();
  const client = useQueryClient();
  const retry = useMutation({
    mutationFn: (errorCode: number) => retryRecipients(campaign.id, { errorCode }),
    onSuccess: ({ retried, refused }) => {
      say({
        text: words.retried(
          retried,
          refused.reduce((sum, one) => sum + one.count, 0),
        ),
      });
      return client.invalidateQueries({ queryKey: keys.campaigns });
    },
    onError: (problem) => say({ text: `${words.retryFailed} ${reasonOf(problem, t)}` }),
  });
  const mayRetry =
    code !== null &&
    may(session, 'campaigns:write') &&
    ['sending', 'paused', 'completed'].includes(campaign.status);
  return (
    <li className={styles.problem}>
      <div>
        <h3>{sayCode(code, title, people)}</h3>
        <p className={styles.muted}>
          {[t.people(count), words.actions[action]].filter((part) => part !== undefined).join(' · ')}
        </p>
        {samples.length === 0 ? null : (
          <p className={styles.muted}>
            {words.samples}{' '}
            {samples.map(({ recipientId, phoneNumber, name }) => (
              <Link
                key={recipientId}
                href={`/campaigns/${campaign.id}/people/${recipientId}`}
                className={styles.sample}
              >
                {name === null ? <Phone number={phoneNumber} /> : <bdi>{name}</bdi>}
              </Link>
            ))}
          </p>
        )}
        <details>
          <summary>{t.states.details}</summary>
          <p>{[code === null ? undefined : words.code(code), title, meaning].filter(Boolean).join(' · ')}</p>
        </details>
      </div>
      {mayRetry ? (
        <Button isDisabled={retry.isPending} onPress={() => retry.mutate(code)}>
          {words.retry}
        </Button>
      ) : null}
    </li>
  );
}
