import type { UseQueryResult } from '@tanstack/react-query';
import { wizardWords } from '../../../messages/wizard.ts';
import { Loaded } from '../../ui/block/loaded.tsx';
import { useWords } from '../../ui/language/language.tsx';
import { Select } from '../../ui/select/select.tsx';
import type { Editing } from './editing.ts';
import { sameQuery } from './same-query.ts';
import { useAudience, useSegments, type Audience } from './wizard.query.ts';

const NONE = '';
const OTHER = 'other';

/** A campaign keeps the rule of the group as it is now: a change of the group later changes no campaign. */
export function Group({ editing }: { editing: Editing }) {
  const words = useWords(wizardWords).people;
  const segments = useSegments(true);
  const { draft, change } = editing;
  const query = draft.targetType === 'segment' ? draft.segmentQuery : null;
  return (
    <Loaded query={segments} what={words.group} lines={2}>
      {({ data }) => {
        if (data.length === 0 && query === null) return <p>{words.noGroups}</p>;
        const chosen = query === null ? NONE : (data.find((one) => sameQuery(one.query, query))?.id ?? OTHER);
        return (
          <>
            <Select
              label={words.group}
              value={chosen}
              options={[
                ...(chosen === NONE ? [[NONE, words.chooseGroup] as const] : []),
                ...(chosen === OTHER ? [[OTHER, words.otherGroup] as const] : []),
                ...data.map(({ id, name }) => [id, name] as const),
              ]}
              onChange={(id) => {
                const segment = data.find((one) => one.id === id);
                if (segment !== undefined) change({ targetType: 'segment', segmentQuery: segment.query });
              }}
            />
            {query === null ? null : <GroupCount query={query} />}
          </>
        );
      }}
    </Loaded>
  );
}

function GroupCount({ query }: { query: Record<string, unknown> }) {
  return <Matching audience={useAudience(query)} />;
}

export function EverybodyCount() {
  return <Matching audience={useAudience(null)} />;
}

function Matching({ audience }: { audience: UseQueryResult<Audience> }) {
  const words = useWords(wizardWords).people;
  return (
    <Loaded query={audience} what={words.title} lines={1}>
      {({ count, reachable }) => (
        <p role="status">
          {count === 0
            ? words.nobody
            : reachable === 0
              ? words.allStopped(count)
              : words.matching(count, reachable)}
        </p>
      )}
    </Loaded>
  );
}
