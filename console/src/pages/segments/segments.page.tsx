import { lazy, Suspense } from 'react';
import { Link } from 'wouter';
import { segmentsWords } from '../../../messages/segments.ts';
import { may, serverNow, useSession } from '../../api/session.ts';
import { PeopleTabs } from '../../features/people/people-tabs.tsx';
import { sayTree, type FieldOf } from '../../features/segment-tree/say-tree.ts';
import { treeOf, type SegmentField } from '../../features/segment-tree/tree.ts';
import { useTimes } from '../../features/zone/zone.ts';
import { addDays, dayOf } from '../../lib/when.ts';
import { Block } from '../../ui/block/block.tsx';
import { reasonOf } from '../../ui/block/failure.tsx';
import { Loaded } from '../../ui/block/loaded.tsx';
import { LinkButton } from '../../ui/button/button.tsx';
import { EmptyState } from '../../ui/empty-state/empty-state.tsx';
import { MoreIcon } from '../../ui/icons.ts';
import { useText, useWords } from '../../ui/language/language.tsx';
import { Page } from '../../ui/page/page.tsx';
import { useQuestion } from '../../ui/question/asking.tsx';
import { useToast } from '../../ui/toast/toast.tsx';
import { RECIPES, recipeOf } from './recipes.ts';
import { useDeleteSegment, useSegmentFields, useSegments, type Segment } from './segments.query.ts';
import styles from './segments.module.css';

const Menu = lazy(() => import('../../ui/menu/menu.tsx'));

export default function SegmentsPage() {
  const words = useWords(segmentsWords);
  const session = useSession();
  const segments = useSegments();
  const fields = useSegmentFields().data?.data ?? [];
  const known = new Map(fields.map((field) => [field.path, field]));
  const fieldOf: FieldOf = (path) => known.get(path) ?? { label: path, type: 'mixed' };
  const mayWrite = may(session, 'customers:write');
  const adding = (
    <LinkButton to="/segments/new" look="main">
      {words.newOne}
    </LinkButton>
  );
  return (
    <Page title={words.title} actions={mayWrite ? adding : undefined}>
      <PeopleTabs here="groups" />
      <p className={styles.muted}>{words.lead}</p>
      <Block title={words.list} isTitleHidden isBare>
        <Loaded query={segments} what={words.list} lines={5}>
          {(list) =>
            list.length === 0 ? (
              <EmptyState title={words.empty} hint={words.emptyHint} />
            ) : (
              <ul className={styles.list}>
                {list.map((segment) => (
                  <Row key={segment.id} segment={segment} fieldOf={fieldOf} mayWrite={mayWrite} />
                ))}
              </ul>
            )
          }
        </Loaded>
      </Block>
      {mayWrite ? <Recipes fields={fields} /> : null}
    </Page>
  );
}

function Recipes({ fields }: { fields: readonly SegmentField[] }) {
  const words = useWords(segmentsWords);
  const { zone } = useTimes();
  const today = dayOf(serverNow(), zone);
  const possible = RECIPES.filter(
    (recipe) => recipeOf(recipe, fields, [today, addDays(today, 1)]) !== undefined,
  );
  return (
    <Block title={words.recipes}>
      <ul className={styles.recipes}>
        {possible.map((recipe) => (
          <li key={recipe}>
            <LinkButton to={`/segments/new?from=${recipe}`}>{words.recipe[recipe]}</LinkButton>
            {recipe === 'birthdays' ? <p className={styles.muted}>{words.birthdaysHint}</p> : null}
          </li>
        ))}
      </ul>
    </Block>
  );
}

function Row({ segment, fieldOf, mayWrite }: { segment: Segment; fieldOf: FieldOf; mayWrite: boolean }) {
  const t = useText();
  const words = useWords(segmentsWords);
  const { at } = useTimes();
  const say = useToast();
  const remove = useDeleteSegment();
  const { ask, question } = useQuestion();
  const { id, name, query, updatedAt } = segment;
  const read = treeOf(query);
  const askDelete = (): void =>
    ask({
      ...{ title: words.ask.title(name), text: words.ask.text, act: words.delete, keep: words.ask.keep },
      isDangerous: true,
      onYes: () =>
        remove.mutate(id, {
          onSuccess: () => say({ text: words.deleted(name) }),
          onError: (error) => say({ text: `${words.notDeleted(name)} ${reasonOf(error, t)}` }),
        }),
    });
  return (
    <li className={styles.row}>
      <div>
        <Link href={`/segments/${id}`} className={styles.name} dir="auto">
          {name}
        </Link>
        {read.ok ? (
          <p className={styles.muted} dir="auto">
            {sayTree(read.tree, fieldOf, words)}
          </p>
        ) : null}
      </div>
      <p className={styles.muted}>{words.changed(at(updatedAt, 'dayYear'))}</p>
      {mayWrite ? (
        <Suspense fallback={null}>
          <Menu
            label={t.states.actions(name)}
            icon={<MoreIcon aria-hidden size={20} />}
            actions={[{ id: 'delete', label: words.delete, isDangerous: true, onAction: askDelete }]}
          />
        </Suspense>
      ) : null}
      {question}
    </li>
  );
}
