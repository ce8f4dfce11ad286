import { useCampaignEvents } from '../../api/events.ts';
import { may, useSession } from '../../api/session.ts';
import { useCampaignActs } from '../../features/campaign/campaign-acts.tsx';
import { StateChip } from '../../features/campaign/state-chip.tsx';
import { Problem } from '../../lib/problem.ts';
import { Failure } from '../../ui/block/failure.tsx';
import { Button, LinkButton } from '../../ui/button/button.tsx';
import { useText } from '../../ui/language/language.tsx';
import { Page } from '../../ui/page/page.tsx';
import { Skeleton } from '../../ui/skeleton/skeleton.tsx';
import { Tabs } from '../../ui/tabs/tabs.tsx';
import { useCampaign, useStats, type CampaignDetail } from './campaigns.query.ts';
import { Overview } from './overview.tsx';
import { People } from './people.tsx';
import { Person } from './person.tsx';
import { Plan } from './plan.tsx';
import { Problems } from './problems.tsx';
import { SettingsOfCampaign } from './settings-of-campaign.tsx';

interface CampaignPageProps {
  id: string;
  part: string | undefined;
  recipientId: string | undefined;
}

export default function CampaignPage({ id, part, recipientId }: CampaignPageProps) {
  const t = useText();
  const campaign = useCampaign(id);
  if (campaign.data !== undefined) {
    return <OneCampaign campaign={campaign.data} part={part ?? 'overview'} recipientId={recipientId} />;
  }
  const isGone = campaign.error instanceof Problem && [400, 404].includes(campaign.error.status);
  return (
    <Page title={isGone ? t.states.notFound : t.campaigns.name}>
      {campaign.isError && !isGone ? (
        <Failure
          title={t.states.failed(t.campaigns.name)}
          error={campaign.error}
          onAgain={() => void campaign.refetch()}
        />
      ) : isGone ? null : (
        <Skeleton lines={8} />
      )}
    </Page>
  );
}

const PARTS = ['overview', 'people', 'plan', 'problems', 'settings'] as const;

function OneCampaign({
  campaign,
  part,
  recipientId,
}: {
  campaign: CampaignDetail;
  part: string;
  recipientId: string | undefined;
}) {
  const t = useText();
  const words = t.campaign;
  const { id, name, status } = campaign;
  const stats = useStats(id);
  const live = useCampaignEvents(status === 'sending' ? id : undefined);
  const acts = useCampaignActs(campaign);
  const problems = stats.data?.errors.length ?? 0;
  const labels = { ...words, problems: problems > 0 ? words.problemsCount(problems) : words.problems };
  const session = useSession();
  const isOpen = status === 'draft' && may(session, 'campaigns:write');
  const names = {
    ...{ pause: t.campaigns.pause, resume: t.campaigns.resume, unschedule: t.campaigns.unschedule },
    ...{ cancel: t.campaigns.cancelIt, delete: t.campaigns.deleteIt },
  };
  const here = PARTS.find((known) => known === part) ?? 'overview';
  return (
    <Page
      title={name}
      aside={<StateChip status={status} />}
      actions={
        <>
          {isOpen ? (
            <LinkButton look="main" to={`/campaigns/${id}/edit`}>
              {t.campaigns.goOn}
            </LinkButton>
          ) : null}
          {acts.possible.map((command) => (
            <Button
              key={command}
              look={command === 'cancel' || command === 'delete' ? 'quiet' : 'plain'}
              isDisabled={acts.isBusy}
              onPress={() => acts.run(command)}
            >
              {names[command]}
            </Button>
          ))}
        </>
      }
    >
      {acts.question}
      <Tabs
        label={words.tabs}
        tabs={PARTS.map((known) => ({
          to: known === 'overview' ? `/campaigns/${id}` : `/campaigns/${id}/${known}`,
          label: labels[known],
          isCurrent: known === here,
        }))}
      />
      {here === 'overview' ? <Overview campaign={campaign} stats={stats} live={live} /> : null}
      {here === 'people' && recipientId === undefined ? <People campaign={campaign} /> : null}
      {here === 'people' && recipientId !== undefined ? (
        <Person campaign={campaign} recipientId={recipientId} />
      ) : null}
      {here === 'plan' ? <Plan campaign={campaign} /> : null}
      {here === 'problems' ? <Problems campaign={campaign} stats={stats} /> : null}
      {here === 'settings' ? <SettingsOfCampaign campaign={campaign} /> : null}
    </Page>
  );
}
