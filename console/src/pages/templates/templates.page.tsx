import { Link } from 'wouter';
import { templatesWords } from '../../../messages/templates.ts';
import { keys } from '../../api/keys.ts';
import { may, useSession } from '../../api/session.ts';
import { useAct } from '../../features/act/act.ts';
import { Bubble } from '../../features/bubble/bubble.tsx';
import { oneOf, position, text } from '../../lib/search-codec.ts';
import { Block } from '../../ui/block/block.tsx';
import { Loaded } from '../../ui/block/loaded.tsx';
import { Button, LinkButton } from '../../ui/button/button.tsx';
import { EmptyState } from '../../ui/empty-state/empty-state.tsx';
import { SearchField } from '../../ui/field/search-field.tsx';
import { useWords } from '../../ui/language/language.tsx';
import { Page } from '../../ui/page/page.tsx';
import { Pager } from '../../ui/pager/pager.tsx';
import { useSearch } from '../../ui/search.ts';
import { Select } from '../../ui/select/select.tsx';
import { Tabs } from '../../ui/tabs/tabs.tsx';
import { TemplateChip } from './template-chip.tsx';
import { BUBBLES, checkTemplates, useTemplates, type Template } from './templates.query.ts';
import styles from './templates.module.css';

const TABS = ['all', 'APPROVED', 'PENDING', 'REJECTED', 'PAUSED'] as const;
const CATEGORIES = ['', 'MARKETING', 'UTILITY', 'AUTHENTICATION'] as const;
const CODEC = {
  status: oneOf(TABS, 'all'),
  category: oneOf(CATEGORIES, ''),
  search: text(),
  page: position,
};

/** The templates as they look on a phone. */
export default function TemplatesPage() {
  const words = useWords(templatesWords);
  const session = useSession();
  const [filter, change] = useSearch(CODEC);
  const templates = useTemplates(filter);
  const check = useAct(checkTemplates, {
    done: ({ synced, created }) => words.checked(synced, created),
    failed: words.notChecked,
    changes: keys.templates,
  });
  const { status, category, search, page } = filter;
  return (
    <Page
      title={words.title}
      actions={
        may(session, 'campaigns:write') ? (
          <>
            <Button isDisabled={check.isPending} onPress={() => check.mutate(undefined)}>
              {words.check}
            </Button>
            <LinkButton to="/templates/new" look="main">
              {words.write}
            </LinkButton>
          </>
        ) : undefined
      }
    >
      <p className={styles.lead}>{words.lead}</p>
      <Tabs
        label={words.filters}
        tabs={TABS.map((tab) => ({
          to: tab === 'all' ? '/templates' : `/templates?status=${tab}`,
          label: words.tabs[tab],
          isCurrent: tab === status,
        }))}
      />
      <div className={styles.filters}>
        <SearchField
          label={words.search}
          value={search}
          onChange={(next) => change({ search: next, page: 1 })}
        />
        <Select
          label={words.category}
          value={category}
          options={CATEGORIES.map((value) => [value, words.categories[value] ?? words.anyCategory])}
          onChange={(next) => change({ category: next, page: 1 })}
        />
      </div>
      <Block title={words.list} isTitleHidden isBare>
        <Loaded query={templates} what={words.list} lines={8}>
          {({ data, total }) =>
            data.length === 0 ? (
              <EmptyState
                title={
                  search !== '' || category !== ''
                    ? words.none
                    : status === 'all'
                      ? words.empty
                      : words.noneIn
                }
              />
            ) : (
              <>
                <ul className={styles.cards}>
                  {data.map((template) => (
                    <Card key={template.id} template={template} />
                  ))}
                </ul>
                {(total ?? 0) > BUBBLES ? (
                  <Pager
                    from={(page - 1) * BUBBLES + 1}
                    count={data.length}
                    total={total}
                    onFirst={page === 1 ? undefined : () => change({ page: 1 })}
                    onOlder={page * BUBBLES < (total ?? 0) ? () => change({ page: page + 1 }) : undefined}
                  />
                ) : null}
              </>
            )
          }
        </Loaded>
      </Block>
    </Page>
  );
}

function Card({ template }: { template: Template }) {
  const words = useWords(templatesWords);
  const { name, language, category, status, statusReason, message, parameterCount } = template;
  return (
    <li className={styles.card}>
      <div className={styles.shown}>
        <Bubble message={message} />
      </div>
      <div className={styles.foot}>
        <div className={styles.chips}>
          <h3 className={styles.name}>
            <Link href={`/templates/${encodeURIComponent(name)}/${encodeURIComponent(language)}`}>
              <bdi>{name}</bdi>
            </Link>
          </h3>
          <TemplateChip status={status} />
        </div>
        <p className={styles.muted}>
          {words.categories[category] ?? category} · <bdi>{language}</bdi> · {words.blanks(parameterCount)}
        </p>
        {statusReason === null ? null : <p dir="auto">{statusReason}</p>}
      </div>
    </li>
  );
}
