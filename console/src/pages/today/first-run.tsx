import { Link } from 'wouter';
import { useSession } from '../../api/session.ts';
import { Block } from '../../ui/block/block.tsx';
import { Failure } from '../../ui/block/failure.tsx';
import { CheckIcon, CircleIcon } from '../../ui/icons.ts';
import { useText } from '../../ui/language/language.tsx';
import { useFirstSteps, useSenders, type Morning } from './today.query.ts';
import styles from './today.module.css';

interface Step {
  name: string;
  hint?: string;
  to?: string;
  isDone: boolean;
}

/** Before the first campaign: what there is still to do. Each step ticks itself from the data. */
export function FirstRun({ morning }: { morning: Morning }) {
  const t = useText();
  const words = t.today.first;
  const { installation } = useSession();
  const senders = useSenders();
  const found = useFirstSteps();
  const known = found.data;
  const failed = senders.isError ? senders : found.isError ? found : undefined;
  const { simulator } = installation;
  const steps: Step[] = [
    ...(simulator ? [{ name: words.practice, hint: words.practiceHint, isDone: true }] : []),
    {
      ...{ name: words.number, hint: words.numberHint },
      isDone: !simulator && senders.data?.some(({ verifiedAt }) => verifiedAt !== null) === true,
    },
    ...(known?.customers === null ? [] : [{ name: words.customers, isDone: known?.customers === true }]),
    { name: words.template, hint: words.templateHint, isDone: known?.template === true },
    { name: words.campaign, to: '/campaigns/new', isDone: morning.campaigns > 0 },
  ];
  return (
    <Block title={words.title}>
      <p className={styles.muted}>{words.lead}</p>
      {failed === undefined ? null : (
        <Failure
          title={t.states.failed(words.title)}
          error={failed.error}
          onAgain={() => void failed.refetch()}
        />
      )}
      <ol className={styles.steps}>
        {steps.map(({ name, hint, to, isDone }) => (
          <li key={name} className={styles.step} data-done={isDone}>
            {isDone ? <CheckIcon aria-hidden size={20} /> : <CircleIcon aria-hidden size={20} />}
            <div>
              <p>
                {to === undefined || isDone ? name : <Link href={to}>{name}</Link>}{' '}
                <span className="visually-hidden">{isDone ? words.done : words.open}</span>
              </p>
              {hint === undefined || isDone ? null : <p className={styles.muted}>{hint}</p>}
            </div>
          </li>
        ))}
      </ol>
    </Block>
  );
}
