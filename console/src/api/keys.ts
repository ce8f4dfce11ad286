/** The names under which answers are kept. A prefix names everything below it. */
export const keys = {
  campaigns: ['campaigns'] as const,
  campaignList: (filter: object) => ['campaigns', 'list', filter] as const,
  campaign: (id: string) => ['campaigns', 'one', id] as const,
  stats: (id: string) => ['campaigns', 'one', id, 'stats'] as const,
  schedule: (id: string) => ['campaigns', 'one', id, 'schedule'] as const,
  counters: (id: string) => ['counters', id] as const,
  recipients: (id: string, filter: object) => ['campaigns', 'one', id, 'recipients', filter] as const,
  recipient: (id: string, recipientId: string) => ['campaigns', 'one', id, 'recipient', recipientId] as const,
  senders: ['senders'] as const,
  notices: ['notices'] as const,
  start: ['start'] as const,
  overview: ['campaigns', 'overview'] as const,
  preferences: ['preferences'] as const,
};
