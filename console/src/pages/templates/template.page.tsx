import { useLocation } from 'wouter';
import { templatesWords } from '../../../messages/templates.ts';
import { keys } from '../../api/keys.ts';
import { may, useSession } from '../../api/session.ts';
import { useAct } from '../../features/act/act.ts';
import { Bubble } from '../../features/bubble/bubble.tsx';
import { useTimes } from '../../features/zone/zone.ts';
import { Problem } from '../../lib/problem.ts';
import { text } from '../../lib/search-codec.ts';
import { Block } from '../../ui/block/block.tsx';
import { Failure } from '../../ui/block/failure.tsx';
import { Button, LinkButton } from '../../ui/button/button.tsx';
import { useText, useWords } from '../../ui/language/language.tsx';
import { Page } from '../../ui/page/page.tsx';
import { useQuestion } from '../../ui/question/asking.tsx';
import { useSearch } from '../../ui/search.ts';
import { Skeleton } from '../../ui/skeleton/skeleton.tsx';
import { Tabs } from '../../ui/tabs/tabs.tsx';
import { draftOf } from './draft.ts';
import { History } from './history.tsx';
import { Parameters } from './parameters.tsx';
import { TemplateChip } from './template-chip.tsx';
import { removeTemplate, unpauseTemplate, useTemplate, type Template } from './templates.query.ts';
import styles from './templates.module.css';

const CODEC = { account: text('', 64) };

/** One template in one language: how it looks, what it needs, and what happened to it. */
export default function TemplatePage({ name, language }: { name: string; language: string }) {
  const t = useText();
  const words = useWords(templatesWords);
  const [{ account }] = useSearch(CODEC);
  const template = useTemplate(name);
  const versions = template.data?.data ?? [];
  const inLanguage = versions.filter((version) => version.language === language);
  const found = inLanguage.find(({ businessAccountId: id }) => id === account) ?? inLanguage[0];
  const isGone =
    (template.error instanceof Problem && [400, 404].includes(template.error.status)) ||
    (template.isSuccess && found === undefined);
  const isOneAccount = new Set(versions.map(({ businessAccountId: id }) => id)).size < 2;
  if (found === undefined) {
    return (
      <Page title={isGone ? words.one.gone : name}>
        {isGone ? (
          <LinkButton to="/templates">{words.title}</LinkButton>
        ) : template.isError ? (
          <Failure
            title={t.states.failed(name)}
            error={template.error}
            onAgain={() => void template.refetch()}
          />
        ) : (
          <Skeleton lines={8} />
        )}
      </Page>
    );
  }
  return (
    <Page title={name} aside={<TemplateChip status={found.status} />} actions={<Acts template={found} />}>
      {versions.length < 2 ? null : (
        <Tabs
          label={words.one.languages}
          tabs={versions.map(({ id, language: other, businessAccountId }) => ({
            to: `${addressOf(name, other)}${isOneAccount ? '' : `?account=${businessAccountId}`}`,
            label: isOneAccount ? other : `${other} · ${businessAccountId}`,
            isCurrent: id === found.id,
          }))}
        />
      )}
      <div className={styles.columns}>
        <Block title={words.one.looks}>
          <Bubble message={found.message} />
          <p className={styles.muted}>{words.one.samples}</p>
        </Block>
        <div className={styles.rows}>
          <Facts template={found} />
          <Parameters parameters={found.parameters} />
        </div>
      </div>
      <History name={name} language={language} />
    </Page>
  );
}

const addressOf = (name: string, language: string): string =>
  `/templates/${encodeURIComponent(name)}/${encodeURIComponent(language)}`;

function Facts({ template }: { template: Template }) {
  const all = useWords(templatesWords);
  const words = all.one;
  const { at } = useTimes();
  const { category, nextCategory, qualityScore, statusReason, language, businessAccountId, syncedAt } =
    template;
  const nameOf = (known: string): string => all.categories[known] ?? known;
  const rows = [
    [all.category, nameOf(category)],
    [all.form.language, language],
    [words.quality, all.qualities[qualityScore ?? ''] ?? words.unknown],
    [words.checked, at(syncedAt, 'dayTime')],
    [words.account, businessAccountId],
  ] as const;
  return (
    <Block title={words.about}>
      {statusReason === null ? null : <p dir="auto">{statusReason}</p>}
      {nextCategory === null ? null : <p>{all.nextCategory(nameOf(nextCategory))}</p>}
      <dl className={styles.facts}>
        {rows.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              <bdi>{value}</bdi>
            </dd>
          </div>
        ))}
      </dl>
    </Block>
  );
}

function Acts({ template }: { template: Template }) {
  const all = useWords(templatesWords);
  const words = all.one;
  const session = useSession();
  const [, navigate] = useLocation();
  const { ask, question } = useQuestion();
  const { name, language, status } = template;
  const unpause = useAct(() => unpauseTemplate(template), {
    done: () => words.unpaused,
    failed: words.notUnpaused,
    changes: keys.templates,
  });
  const remove = useAct(
    async () => {
      await removeTemplate(template);
      navigate('/templates');
    },
    { done: () => words.removed, failed: words.notRemoved, changes: keys.templates },
  );
  if (!may(session, 'campaigns:write') || status === 'DELETED') return null;
  return (
    <>
      {status === 'PAUSED' ? (
        <Button look="main" isDisabled={unpause.isPending} onPress={() => unpause.mutate(undefined)}>
          {words.unpause}
        </Button>
      ) : null}
      {draftOf(template) === undefined ? null : (
        <LinkButton to={`${addressOf(name, language)}/edit`}>{words.edit}</LinkButton>
      )}
      <Button
        look="quiet"
        onPress={() =>
          ask({
            ...{ title: words.removeAsk(name, language), text: words.removeText },
            ...{ act: words.remove, keep: words.keep, isDangerous: true },
            onYes: () => remove.mutate(undefined),
          })
        }
      >
        {words.remove}
      </Button>
      {question}
    </>
  );
}
