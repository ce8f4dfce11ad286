import { useState, type SyntheticEvent } from 'react';
import { useLocation, useSearch as useRawSearch } from 'wouter';
import { segmentsWords } from '../../../messages/segments.ts';
import type { Tagged } from '../../api/client.ts';
import { may, useSession } from '../../api/session.ts';
import { isWhole } from '../../features/segment-tree/operand.ts';
import { sayTree, type FieldOf } from '../../features/segment-tree/say-tree.ts';
import { SegmentEditor } from '../../features/segment-tree/segment-editor.tsx';
import { queryOf, type GroupNode, type SegmentField } from '../../features/segment-tree/tree.ts';
import { useSettled } from '../../features/suggest/settled.ts';
import { newKey } from '../../lib/new-key.ts';
import { messagesOf, Problem } from '../../lib/problem.ts';
import { Block } from '../../ui/block/block.tsx';
import { Failure } from '../../ui/block/failure.tsx';
import { Button, LinkButton } from '../../ui/button/button.tsx';
import { TextField } from '../../ui/field/text-field.tsx';
import { useText, useWords } from '../../ui/language/language.tsx';
import { Page } from '../../ui/page/page.tsx';
import { Tabs } from '../../ui/tabs/tabs.tsx';
import { useToast } from '../../ui/toast/toast.tsx';
import { Audience } from './audience.tsx';
import { JsonTab } from './json-tab.tsx';
import { useAudience, useSaveSegment, type Segment } from './segments.query.ts';
import styles from './segments.module.css';

const AFTER_MS = 400;

interface SegmentFormProps {
  segment: Tagged<Segment> | undefined;
  start: { name: string; tree: GroupNode };
  fields: readonly SegmentField[];
  isComplete: boolean;
  onReload: () => void;
}

export function SegmentForm({ segment, start, fields, isComplete, onReload }: SegmentFormProps) {
  const t = useText();
  const all = useWords(segmentsWords);
  const words = all.one;
  const say = useToast();
  const session = useSession();
  const [path, navigate] = useLocation();
  const isJson = new URLSearchParams(useRawSearch()).get('as') === 'json';
  const [name, setName] = useState(start.name);
  const [tree, setTree] = useState(start.tree);
  const [isAsked, setAsked] = useState(false);
  const [key, setKey] = useState(newKey);
  const save = useSaveSegment();
  const query = queryOf(tree);
  const settled = useSettled(isWhole(tree) ? query : null, AFTER_MS);
  const audience = useAudience(settled);
  const mayWrite = may(session, 'customers:write');
  const known = new Map(fields.map((field) => [field.path, field]));
  const fieldOf: FieldOf = (of) => known.get(of) ?? { label: of, type: 'mixed' };
  const change = (next: GroupNode): void => {
    setTree(next);
    setKey(newKey());
  };
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    setAsked(true);
    if (name.trim() === '' || !isWhole(tree)) return;
    save.mutate(
      { id: segment?.data.id, etag: segment?.etag, name: name.trim(), query, key },
      {
        onSuccess: ({ data }) => {
          const counted = audience.data;
          say({ text: counted === undefined ? words.saved(data.name) : words.savedPeople(counted.count) });
          navigate('/segments');
        },
      },
    );
  };
  return (
    <Page title={segment?.data.name ?? words.newTitle}>
      <form className={styles.columns} onSubmit={submit} noValidate>
        <div className={styles.main}>
          <TextField
            label={words.name}
            value={name}
            maxLength={200}
            readOnly={!mayWrite}
            dir="auto"
            error={isAsked && name.trim() === '' ? words.nameMissing : undefined}
            onChange={(next) => {
              setName(next);
              setKey(newKey());
            }}
          />
          <Block title={words.who}>
            <Tabs
              label={words.views}
              tabs={[
                { to: path, label: words.tree, isCurrent: !isJson },
                { to: `${path}?as=json`, label: words.json, isCurrent: isJson },
              ]}
            />
            {isJson ? (
              <JsonTab tree={tree} isReadOnly={!mayWrite} onTree={change} />
            ) : (
              <SegmentEditor
                tree={tree}
                fields={fields}
                errors={errorsOf(audience.error)}
                isReadOnly={!mayWrite}
                onChange={change}
              />
            )}
            {isComplete ? null : <p className={styles.muted}>{words.fieldsPart}</p>}
          </Block>
          <Block title={words.words}>
            <p className={styles.said} dir="auto">
              {sayTree(tree, fieldOf, all)}
            </p>
          </Block>
          {save.error === null ? null : <NotSaved error={save.error} onReload={onReload} />}
        </div>
        <div className={styles.side}>
          <Block title={words.count}>
            <Audience audience={audience} isWhole={isWhole(tree)} isSettled={isSame(settled, query)} />
          </Block>
          {mayWrite ? (
            <Button type="submit" look="main" isDisabled={save.isPending}>
              {words.save}
            </Button>
          ) : (
            <p className={styles.muted}>{words.readOnly}</p>
          )}
          <LinkButton to="/segments" look="quiet">
            {t.states.back}
          </LinkButton>
        </div>
      </form>
    </Page>
  );
}

const isSame = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

/** By the path of the node: the API names it below `query`. */
function errorsOf(error: Error | null): Readonly<Record<string, string>> {
  if (!(error instanceof Problem)) return {};
  return messagesOf(
    error.errors.map(({ field, message }) => ({ field: field.replace(/^query\.?/, ''), message })),
  );
}

function NotSaved({ error, onReload }: { error: Error; onReload: () => void }) {
  const words = useWords(segmentsWords).one;
  if (!(error instanceof Problem) || error.status !== 412) {
    return <Failure title={words.failed} error={error} />;
  }
  return (
    <div role="alert" className={styles.changed}>
      <p>{words.changed}</p>
      <Button onPress={onReload}>{words.loadAgain}</Button>
    </div>
  );
}
