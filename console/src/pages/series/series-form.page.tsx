import { useState } from 'react';
import { useLocation } from 'wouter';
import { seriesWords } from '../../../messages/series.ts';
import type { Tagged } from '../../api/client.ts';
import { serverNow } from '../../api/session.ts';
import { Form } from '../../features/form/form.tsx';
import { useSubmit } from '../../features/form/submit.ts';
import { useTimes } from '../../features/zone/zone.ts';
import { newKey } from '../../lib/new-key.ts';
import { dayOf } from '../../lib/when.ts';
import { Block } from '../../ui/block/block.tsx';
import { TextField } from '../../ui/field/text-field.tsx';
import { useWords } from '../../ui/language/language.tsx';
import { Page } from '../../ui/page/page.tsx';
import { Skeleton } from '../../ui/skeleton/skeleton.tsx';
import { useToast } from '../../ui/toast/toast.tsx';
import { DatesAhead } from './dates-ahead.tsx';
import { MessageFields } from './message-fields.tsx';
import { PeopleFields } from './people-fields.tsx';
import { bodyOf, draftOf, newDraft, type SeriesDraft } from './series-draft.ts';
import { saveSeries, useSeries, useSeriesGroups, type Series } from './series.query.ts';
import { WhenFields } from './when-fields.tsx';
import styles from './series.module.css';

export default function SeriesFormPage({ id }: { id: string | undefined }) {
  const words = useWords(seriesWords).form;
  const series = useSeries(id);
  if (id === undefined || series.data !== undefined) {
    return <Writing key={series.data?.etag} known={series.data} />;
  }
  return (
    <Page title={words.newTitle}>
      <Skeleton lines={8} />
    </Page>
  );
}

function Writing({ known }: { known: Tagged<Series> | undefined }) {
  const words = useWords(seriesWords).form;
  const say = useToast();
  const [, navigate] = useLocation();
  const { zone } = useTimes();
  const groups = useSeriesGroups().data ?? [];
  const [key] = useState(newKey);
  const [draft, setDraft] = useState(() =>
    known === undefined ? newDraft(zone, dayOf(serverNow(), zone)) : draftOf(known.data),
  );
  const change = (changes: Partial<SeriesDraft>): void => setDraft({ ...draft, ...changes });
  const query = groups.find(({ id }) => id === draft.group)?.query;
  const submitting = useSubmit({
    fields: ['name', 'at', 'endsOn', 'count', 'startsOn'],
    check: () => missingIn(draft, words),
    send: () => saveSeries(bodyOf(draft, query), { id: known?.data.id, etag: known?.etag, key }),
    onDone: ({ id, name }) => {
      say({ text: words.saved(name) });
      navigate(`/series/${id}`);
    },
    failed: words.failed,
  });
  const { errors } = submitting;
  return (
    <Page title={known === undefined ? words.newTitle : words.editTitle(known.data.name)}>
      <Form
        label={words.newTitle}
        submitting={submitting}
        act={words.save}
        isWide
        onCancel={() => navigate(known === undefined ? '/series' : `/series/${known.data.id}`)}
      >
        <div className={styles.columns}>
          <div className={styles.main}>
            <TextField
              label={words.name}
              value={draft.name}
              maxLength={200}
              dir="auto"
              error={errors['name']}
              onChange={(name) => change({ name })}
            />
            <MessageFields draft={draft} error={errors['template']} onChange={change} />
            <PeopleFields
              draft={draft}
              groups={groups}
              mayKeep={known !== undefined}
              error={errors['group']}
              onChange={change}
            />
            <WhenFields
              draft={draft}
              isByRule={known !== undefined && known.data.schedule === null}
              errors={errors}
              onChange={change}
            />
          </div>
          <div className={styles.side}>
            <Block title={words.preview}>
              <DatesAhead draft={draft} />
            </Block>
          </div>
        </div>
      </Form>
    </Page>
  );
}

function missingIn(
  { name, template, people, group, every, weekdays, at, ending, endsOn }: SeriesDraft,
  words: (typeof seriesWords)['form'],
): Record<string, string> {
  return {
    ...(name.trim() === '' ? { name: words.nameMissing } : {}),
    ...(template === '' ? { template: words.templateMissing } : {}),
    ...(people === 'group' && group === '' ? { group: words.groupMissing } : {}),
    ...(every === 'week' && weekdays.length === 0 ? { weekdays: words.weekdaysMissing } : {}),
    ...(at === '' ? { at: words.atMissing } : {}),
    ...(ending === 'on' && endsOn === '' ? { endsOn: words.endsOnMissing } : {}),
  };
}
