import { useState } from 'react';
import { segmentsWords } from '../../../messages/segments.ts';
import type { Tagged } from '../../api/client.ts';
import { serverNow } from '../../api/session.ts';
import { newGroup, treeOf, type GroupNode } from '../../features/segment-tree/tree.ts';
import { useTimes } from '../../features/zone/zone.ts';
import { Problem } from '../../lib/problem.ts';
import { oneOf } from '../../lib/search-codec.ts';
import { addDays, dayOf } from '../../lib/when.ts';
import { Failure } from '../../ui/block/failure.tsx';
import { LinkButton } from '../../ui/button/button.tsx';
import { EmptyState } from '../../ui/empty-state/empty-state.tsx';
import { useText, useWords } from '../../ui/language/language.tsx';
import { Page } from '../../ui/page/page.tsx';
import { useSearch } from '../../ui/search.ts';
import { Skeleton } from '../../ui/skeleton/skeleton.tsx';
import { RECIPES, recipeOf } from './recipes.ts';
import { SegmentForm } from './segment-form.tsx';
import { useSegment, useSegmentFields, type Segment } from './segments.query.ts';

const CODEC = { from: oneOf(['', ...RECIPES], '') };
const WEEK = 7;

export default function SegmentPage({ id }: { id: string }) {
  const t = useText();
  const words = useWords(segmentsWords).one;
  const isNew = id === 'new';
  const segment = useSegment(isNew ? undefined : id);
  const fields = useSegmentFields();
  const failed = segment.isError ? segment : fields.isError ? fields : undefined;
  const isGone = segment.error instanceof Problem && [400, 404].includes(segment.error.status);
  if ((isNew || segment.data !== undefined) && fields.data !== undefined) {
    return (
      <Begun
        key={segment.data?.etag}
        segment={segment.data}
        fields={fields.data}
        onReload={() => void segment.refetch()}
      />
    );
  }
  return (
    <Page title={words.part}>
      {isGone ? (
        <EmptyState title={words.gone}>
          <LinkButton to="/segments">{t.states.back}</LinkButton>
        </EmptyState>
      ) : failed === undefined ? (
        <Skeleton lines={8} />
      ) : (
        <Failure
          title={t.states.failed(words.part)}
          error={failed.error}
          onAgain={() => void failed.refetch()}
        />
      )}
    </Page>
  );
}

interface BegunProps {
  segment: Tagged<Segment> | undefined;
  fields: NonNullable<ReturnType<typeof useSegmentFields>['data']>;
  onReload: () => void;
}

/** What the editor begins with: the saved group, a recipe, or one empty condition. */
function Begun({ segment, fields, onReload }: BegunProps) {
  const words = useWords(segmentsWords);
  const { zone } = useTimes();
  const [{ from }] = useSearch(CODEC);
  const [start] = useState((): { name: string; tree: GroupNode } => {
    const today = dayOf(serverNow(), zone);
    const days = Array.from({ length: WEEK }, (_, index) => addDays(today, index));
    const query = segment?.data.query ?? (from === '' ? undefined : recipeOf(from, fields.data, days));
    const read = query === undefined ? undefined : treeOf(query);
    return {
      name: segment?.data.name ?? (from === '' ? '' : words.recipe[from]),
      tree: read?.ok === true ? read.tree : newGroup(),
    };
  });
  return (
    <SegmentForm
      segment={segment}
      start={start}
      fields={fields.data}
      isComplete={fields.isComplete}
      onReload={onReload}
    />
  );
}
