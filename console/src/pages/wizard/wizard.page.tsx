import { Redirect } from 'wouter';
import { may, useSession } from '../../api/session.ts';
import { Problem } from '../../lib/problem.ts';
import { wizardWords } from '../../../messages/wizard.ts';
import { Failure } from '../../ui/block/failure.tsx';
import { useText, useWords } from '../../ui/language/language.tsx';
import { Page } from '../../ui/page/page.tsx';
import { Skeleton } from '../../ui/skeleton/skeleton.tsx';
import { NewCampaign } from './new-campaign.tsx';
import { Scheduled } from './scheduled.tsx';
import { Wizard } from './wizard.tsx';
import { useDraft } from './wizard.query.ts';

interface WizardPageProps {
  /** Undefined: the campaign begins with the choice of its message. */
  id: string | undefined;
  step: string | undefined;
}

export default function WizardPage({ id, step }: WizardPageProps) {
  const t = useText();
  const words = useWords(wizardWords);
  if (!may(useSession(), 'campaigns:write')) {
    return (
      <Page title={words.newTitle}>
        <p>{t.states.readOnly}</p>
      </Page>
    );
  }
  return id === undefined ? <NewCampaign /> : <Existing id={id} step={step} />;
}

function Existing({ id, step }: { id: string; step: string | undefined }) {
  const t = useText();
  const words = useWords(wizardWords);
  const draft = useDraft(id);
  if (draft.data !== undefined) {
    const { data: campaign, etag } = draft.data;
    if (campaign.status === 'draft') return <Wizard campaign={campaign} etag={etag} step={step} />;
    if (campaign.status === 'scheduled') return <Scheduled campaign={campaign} />;
    return <Redirect to={`/campaigns/${id}`} replace />;
  }
  const isGone = draft.error instanceof Problem && [400, 404].includes(draft.error.status);
  return (
    <Page title={isGone ? t.states.notFound : t.campaigns.name}>
      {draft.isError && !isGone ? (
        <Failure
          title={t.states.failed(words.newTitle)}
          error={draft.error}
          onAgain={() => void draft.refetch()}
        />
      ) : isGone ? null : (
        <Skeleton lines={8} />
      )}
    </Page>
  );
}
