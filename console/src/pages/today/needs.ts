import type { Messages } from '../../../messages/en.ts';
import type { Campaign } from '../../features/campaign/campaign.query.ts';
import type { Sender } from './today.query.ts';

export interface Need {
  key: string;
  tone: 'bad' | 'warn';
  title: string;
  reason: string | undefined;
  to: string | undefined;
}

type Troubled = Pick<Campaign, 'id' | 'name' | 'status' | 'statusReason'>;
type Connected = Pick<
  Sender,
  'id' | 'name' | 'status' | 'statusReason' | 'qualityRating' | 'verifiedAt' | 'verificationProblem'
>;

/** What waits for a person, the worst first. */
export function needsOf(campaigns: readonly Troubled[], senders: readonly Connected[], t: Messages): Need[] {
  const words = t.today;
  const ofSenders = senders.flatMap((sender): Need[] => {
    const { id, name, status, statusReason, qualityRating, verifiedAt, verificationProblem } = sender;
    const one = (tone: Need['tone'], title: string, reason: string | null): Need[] => [
      { key: `sender ${id}`, tone, title, reason: reason ?? undefined, to: undefined },
    ];
    if (verifiedAt === null) return one('bad', words.senderUnverified(name), verificationProblem);
    if (status !== 'active') return one('bad', words.senderPaused(name), statusReason);
    if (qualityRating !== 'YELLOW' && qualityRating !== 'RED') return [];
    return one('warn', words.quality(name, words.levels[qualityRating]), words.qualityHint);
  });
  const ofCampaigns = campaigns.map(({ id, name, status, statusReason }): Need => ({
    key: `campaign ${id}`,
    tone: status === 'failed' ? 'bad' : 'warn',
    title: status === 'failed' ? words.failedCampaign(name) : words.paused(name),
    reason: statusReason ?? undefined,
    to: `/campaigns/${id}`,
  }));
  const needs = [...ofSenders, ...ofCampaigns];
  return [...needs.filter(({ tone }) => tone === 'bad'), ...needs.filter(({ tone }) => tone === 'warn')];
}
