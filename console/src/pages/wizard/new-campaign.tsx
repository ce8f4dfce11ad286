import { useState } from 'react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useLocation } from 'wouter';
import { keys } from '../../api/keys.ts';
import { serverNow } from '../../api/session.ts';
import { wizardWords } from '../../../messages/wizard.ts';
import { useTimes } from '../../features/zone/zone.ts';
import { newKey } from '../../lib/new-key.ts';
import { Failure } from '../../ui/block/failure.tsx';
import { useWords } from '../../ui/language/language.tsx';
import { Page } from '../../ui/page/page.tsx';
import { Gallery } from './gallery.tsx';
import { StepLinks } from './step-links.tsx';
import { createDraft, type Template } from './wizard.query.ts';

/** The choice of a message makes the draft, so that every later step can save itself. */
export function NewCampaign() {
  const words = useWords(wizardWords);
  const { plainAt } = useTimes();
  const client = useQueryClient();
  const [, navigate] = useLocation();
  // One key for this visit and template: a second press makes no second campaign.
  const [visit] = useState(newKey);
  const create = useMutation({
    mutationFn: ({ name, language }: Template) => {
      const called = words.nameOf(name, plainAt(serverNow(), 'day'));
      const body = {
        name: called,
        templateName: name,
        templateLanguage: language,
        targetType: 'manual' as const,
      };
      return createDraft(body, `${visit}-${name}-${language}`.slice(0, 255));
    },
    onSuccess: ({ id }) => {
      void client.invalidateQueries({ queryKey: keys.campaigns });
      navigate(`/campaigns/${id}/edit/people`, { replace: true });
    },
  });
  return (
    <Page title={words.newTitle}>
      <StepLinks id={undefined} here="message" marks={undefined} />
      {create.isError ? <Failure title={words.message.notMade} error={create.error} /> : null}
      <Gallery
        chosen={undefined}
        isBusy={create.isPending}
        onChoose={(template) => create.mutate(template)}
      />
    </Page>
  );
}
