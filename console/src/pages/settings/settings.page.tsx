import { settingsWords } from '../../../messages/settings.ts';
import { useSession } from '../../api/session.ts';
import { EmptyState } from '../../ui/empty-state/empty-state.tsx';
import { useText, useWords } from '../../ui/language/language.tsx';
import { Page } from '../../ui/page/page.tsx';
import { Tabs } from '../../ui/tabs/tabs.tsx';
import { About } from './about.tsx';
import { Activity } from './activity.tsx';
import { Inbox } from './inbox.tsx';
import { InboxEvent } from './inbox-event.tsx';
import { Keys } from './keys.tsx';
import { Organisation } from './organisation.tsx';
import { mayOpen, partOf, PARTS, type Part } from './parts.ts';
import { Senders } from './senders.tsx';
import { Users } from './users.tsx';
import { Webhook } from './webhook.tsx';
import { Webhooks } from './webhooks.tsx';

/** What the shop and its installation are set to, who may do what, and who did. */
export default function SettingsPage({ part, id }: { part: string | undefined; id: string | undefined }) {
  const t = useText();
  const words = useWords(settingsWords);
  const session = useSession();
  const here = partOf(session, part);
  return (
    <Page title={words.title} windowTitle={words.windowTitle(words.parts[here])}>
      <Tabs
        label={words.tabs}
        tabs={PARTS.filter((known) => mayOpen(session, known)).map((known) => ({
          to: `/settings/${known}`,
          label: words.parts[known],
          isCurrent: known === here,
        }))}
      />
      {mayOpen(session, here) ? <Opened part={here} id={id} /> : <EmptyState title={t.states.forbidden} />}
    </Page>
  );
}

function Opened({ part, id }: { part: Part; id: string | undefined }) {
  switch (part) {
    case 'senders':
      return <Senders />;
    case 'organisation':
      return <Organisation />;
    case 'users':
      return <Users />;
    case 'keys':
      return <Keys />;
    case 'webhooks':
      return id === undefined ? <Webhooks /> : <Webhook key={id} id={id} />;
    case 'inbox':
      return id === undefined ? <Inbox /> : <InboxEvent id={id} />;
    case 'activity':
      return <Activity />;
    case 'about':
      return <About />;
  }
}
