import { Link } from 'wouter';
import { seriesWords } from '../../../messages/series.ts';
import { may, useSession } from '../../api/session.ts';
import { useTimes } from '../../features/zone/zone.ts';
import { Problem } from '../../lib/problem.ts';
import { Block } from '../../ui/block/block.tsx';
import { Failure, reasonOf } from '../../ui/block/failure.tsx';
import { Loaded } from '../../ui/block/loaded.tsx';
import { Button, LinkButton } from '../../ui/button/button.tsx';
import { EmptyState } from '../../ui/empty-state/empty-state.tsx';
import { useText, useWords } from '../../ui/language/language.tsx';
import { Page } from '../../ui/page/page.tsx';
import { useQuestion } from '../../ui/question/asking.tsx';
import { Skeleton } from '../../ui/skeleton/skeleton.tsx';
import { useToast } from '../../ui/toast/toast.tsx';
import { sayRule } from './say-rule.ts';
import { OccurrenceChip, SeriesChip } from './series-chip.tsx';
import {
  useCommand,
  useOccurrences,
  useSeries,
  useSeriesSums,
  type Command,
  type Occurrence,
  type Series,
} from './series.query.ts';
import styles from './series.module.css';

export default function SeriesPage({ id }: { id: string }) {
  const t = useText();
  const words = useWords(seriesWords);
  const series = useSeries(id);
  if (series.data !== undefined) return <Known series={series.data.data} />;
  const isGone = series.error instanceof Problem && [400, 404].includes(series.error.status);
  return (
    <Page title={words.one.part}>
      {isGone ? (
        <EmptyState title={words.one.gone}>
          <LinkButton to="/series">{t.states.back}</LinkButton>
        </EmptyState>
      ) : series.isError ? (
        <Failure
          title={t.states.failed(words.one.part)}
          error={series.error}
          onAgain={() => void series.refetch()}
        />
      ) : (
        <Skeleton lines={8} />
      )}
    </Page>
  );
}

function Known({ series }: { series: Series }) {
  const all = useWords(seriesWords);
  const words = all.one;
  const { id, name, state, stateReason, campaign, oncePerPerson } = series;
  const { templateName } = campaign;
  return (
    <Page title={name} actions={<Acts series={series} />}>
      <p>
        <SeriesChip state={state} />
      </p>
      {state === 'paused' && stateReason !== null ? (
        <p className={styles.muted} dir="auto">
          {words.why}: {stateReason}
        </p>
      ) : null}
      <div className={styles.columns}>
        <div className={styles.main}>
          <Dates id={id} zone={series.timeZone} />
        </div>
        <div className={styles.side}>
          <Block title={words.when}>
            <p className={styles.said}>{sayRule(series, all)}</p>
          </Block>
          <Block title={words.who}>
            <p>{peopleOf(campaign, words)}</p>
            {oncePerPerson ? <p>{words.once}</p> : null}
          </Block>
          <Block title={words.message}>
            <p dir="auto">{typeof templateName === 'string' ? templateName : ''}</p>
          </Block>
          <Sums id={id} />
          <LinkButton to="/series" look="quiet">
            {all.back}
          </LinkButton>
        </div>
      </div>
    </Page>
  );
}

function peopleOf(
  { targetType }: Record<string, unknown>,
  words: Readonly<{ everyone: string; group: string; responders: string }>,
): string {
  if (targetType === 'all') return words.everyone;
  return targetType === 'segment' ? words.group : words.responders;
}

function Sums({ id }: { id: string }) {
  const words = useWords(seriesWords).one;
  return (
    <Block title={words.soFar}>
      <Loaded query={useSeriesSums(id)} what={words.soFar} lines={1}>
        {({ sent, read, occurrences }) => <p>{words.sums(sent, read, occurrences)}</p>}
      </Loaded>
    </Block>
  );
}

function Dates({ id, zone }: { id: string; zone: string }) {
  const words = useWords(seriesWords).one;
  return (
    <Block title={words.dates} isTitleHidden isBare>
      <Loaded query={useOccurrences(id)} what={words.dates} lines={6}>
        {(occurrences) => {
          const ahead = occurrences.filter(({ state }) => state === 'waiting');
          const past = occurrences.filter(({ state }) => state !== 'waiting').reverse();
          return (
            <div className={styles.main}>
              <Part title={words.ahead} none={words.noAhead} dates={ahead.slice(0, 12)} zone={zone} />
              <Part title={words.past} none={words.noPast} dates={past} zone={zone} />
            </div>
          );
        }}
      </Loaded>
    </Block>
  );
}

interface PartProps {
  title: string;
  none: string;
  dates: readonly Occurrence[];
  zone: string;
}

function Part({ title, none, dates, zone }: PartProps) {
  return (
    <Block title={title}>
      {dates.length === 0 ? (
        <p>{none}</p>
      ) : (
        <ul className={styles.dates}>
          {dates.map((one, place) => (
            <DateRow key={one.localDate} one={one} zone={zone} isFirst={place === 0} />
          ))}
        </ul>
      )}
    </Block>
  );
}

function DateRow({ one, zone, isFirst }: { one: Occurrence; zone: string; isFirst: boolean }) {
  const words = useWords(seriesWords).one;
  const { at } = useTimes(zone);
  const { campaignId, state, reason, wouldDo } = one;
  // What would happen now says something about the next date only.
  const note = reason ?? (isFirst ? words.would[wouldDo ?? 'make'] : '') ?? '';
  return (
    <li className={styles.date}>
      <p className={styles.day}>
        {at(one.at, 'dayYear')}, {one.localTime}
      </p>
      <OccurrenceChip state={state} />
      {note === '' ? null : (
        <p className={styles.muted} dir="auto">
          {note}
        </p>
      )}
      {campaignId === null ? null : <Link href={`/campaigns/${campaignId}`}>{words.toCampaign}</Link>}
    </li>
  );
}

function Acts({ series }: { series: Series }) {
  const t = useText();
  const words = useWords(seriesWords).one;
  const say = useToast();
  const { ask, question } = useQuestion();
  const { id, name, state } = series;
  const command = useCommand(id);
  const does = (what: Command, done: string): void =>
    command.mutate(what, {
      onSuccess: () => say({ text: done }),
      onError: (error) => say({ text: `${words.failed} ${reasonOf(error, t)}` }),
    });
  const end = (): void =>
    ask({
      ...{ title: words.ask.title(name), text: words.ask.text, act: words.end, keep: words.ask.keep },
      isDangerous: true,
      onYes: () => does('end', words.ended(name)),
    });
  if (!may(useSession(), 'campaigns:write') || state === 'ended') return null;
  return (
    <div className={styles.acts}>
      {state === 'draft' ? (
        <Button look="main" onPress={() => does('activate', words.activated(name))}>
          {words.activate}
        </Button>
      ) : null}
      {state === 'active' ? (
        <Button onPress={() => does('pause', words.paused(name))}>{words.pause}</Button>
      ) : null}
      {state === 'paused' ? (
        <Button look="main" onPress={() => does('resume', words.resumed(name))}>
          {words.resume}
        </Button>
      ) : null}
      <LinkButton to={`/series/${id}/edit`}>{words.edit}</LinkButton>
      {state === 'draft' ? null : <Button onPress={end}>{words.end}</Button>}
      {question}
    </div>
  );
}
