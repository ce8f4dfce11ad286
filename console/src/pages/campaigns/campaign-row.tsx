import { lazy, Suspense } from 'react';
import { Link } from 'wouter';
import { exportOf } from './campaigns.query.ts';
import { may, useSession } from '../../api/session.ts';
import { useCampaignActs } from '../../features/campaign/campaign-acts.tsx';
import type { Campaign } from '../../features/campaign/campaign.query.ts';
import { StateChip } from '../../features/campaign/state-chip.tsx';
import { useTimes } from '../../features/zone/zone.ts';
import { percent } from '../../lib/share.ts';
import { onDay } from '../../lib/when.ts';
import { MoreIcon } from '../../ui/icons.ts';
import { useText } from '../../ui/language/language.tsx';
import type { MenuAction } from '../../ui/menu/menu.tsx';
import { Progress } from '../../ui/progress/progress.tsx';
import styles from './campaigns.module.css';

// The list is readable before its menus have come.
const Menu = lazy(() => import('../../ui/menu/menu.tsx'));

/** One campaign of the list: how it is called, how it stands, and what can be done with it. */
export function CampaignRow({ campaign }: { campaign: Campaign }) {
  const t = useText();
  const { at } = useTimes(campaign.timeZone);
  const { possible, run, question } = useCampaignActs(campaign);
  const { id, name, status, totalRecipients: total, sentCount: sent } = campaign;
  const words = t.campaigns;
  const session = useSession();
  const names = {
    ...{ pause: words.pause, resume: words.resume, unschedule: words.unschedule },
    ...{ cancel: words.cancelIt, delete: words.deleteIt },
  };
  const isOpen = status === 'draft' && may(session, 'campaigns:write');
  const actions: MenuAction[] = [
    ...possible.map((command) => ({
      id: command,
      label: names[command],
      isDangerous: command === 'cancel' || command === 'delete',
      onAction: () => run(command),
    })),
    ...(total > 0 ? [{ id: 'export', label: words.export, href: exportOf(id) }] : []),
  ];
  const when = campaign.scheduledFor;
  return (
    <li className={styles.row}>
      <div className={styles.what}>
        <Link href={isOpen ? `/campaigns/${id}/edit` : `/campaigns/${id}`} className={styles.name} dir="auto">
          {name}
        </Link>
        <p className={styles.template}>
          {status === 'paused' && campaign.statusReason !== null ? (
            campaign.statusReason
          ) : (
            <bdi>{campaign.templateName}</bdi>
          )}
        </p>
      </div>
      <div className={styles.state}>
        <StateChip status={status}>
          {status === 'scheduled' && typeof when === 'string'
            ? words.scheduledFor(at(when, 'dayTime'))
            : undefined}
        </StateChip>
      </div>
      <div className={styles.progress}>
        <span>{words.sentOf(sent, total)}</span>
        {total > 0 ? <Progress label={`${words.progress}: ${name}`} value={sent} total={total} /> : null}
      </div>
      <p className={styles.numbers}>
        {sent > 0 ? (
          <>
            <span>{words.arrivedShare(percent(campaign.deliveredCount, sent))}</span>
            <span>{words.readShare(percent(campaign.readCount, campaign.deliveredCount))}</span>
          </>
        ) : null}
        {status === 'sending' && campaign.estimatedCompletionDate !== null ? (
          <span>{words.untilDay(onDay(campaign.estimatedCompletionDate, 'day', t.locale))}</span>
        ) : null}
      </p>
      <div className={styles.menu}>
        {actions.length > 0 ? (
          <Suspense fallback={null}>
            <Menu
              label={t.states.actions(name)}
              icon={<MoreIcon aria-hidden size={20} />}
              actions={actions}
            />
          </Suspense>
        ) : null}
        {question}
      </div>
    </li>
  );
}
