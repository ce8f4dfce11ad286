import { keepPreviousData, useQuery, useQueryClient, type UseQueryResult } from '@tanstack/react-query';
import { api, ask } from '../../api/client.ts';
import type { Counters } from '../../api/events.ts';
import { keys } from '../../api/keys.ts';
import { may, useSession } from '../../api/session.ts';
import type { components } from '../../api/schema.d.ts';
import type { Campaign } from '../../features/campaign/campaign.query.ts';

type Schemas = components['schemas'];
export type Sender = Schemas['SenderDto'];
export type Overview = Schemas['OverviewDto'];
export type Batch = Schemas['MarketingBatchDto'];

const LIST = 50;
const REFRESH_MS = 30_000;
/** One call a campaign, and plans change once a day or by hand. */
const PLANS_MS = 120_000;

export interface Morning {
  running: Campaign[];
  scheduled: Campaign[];
  troubled: Campaign[];
  recent: Campaign[];
  campaigns: number;
  /** More are under way or scheduled than were read. */
  isPart: boolean;
}

interface Plan {
  campaign: Campaign;
  /** How many were sent when the plan was read. */
  sent: number;
  days: Batch[];
}

export interface Plans {
  plans: Plan[];
  /** Not every plan could be read. */
  isPart: boolean;
}

async function readMorning(signal: AbortSignal): Promise<Morning> {
  const list = (query: { status?: 'sending' | 'scheduled' | 'paused' | 'failed'; limit: number }) =>
    ask(api.GET('/api/whatsapp/campaigns', { signal, params: { query } }));
  const [running, scheduled, paused, failed, recent] = await Promise.all([
    list({ status: 'sending', limit: LIST }),
    list({ status: 'scheduled', limit: LIST }),
    list({ status: 'paused', limit: 20 }),
    list({ status: 'failed', limit: 5 }),
    list({ limit: 5 }),
  ]);
  return {
    running: running.data,
    scheduled: scheduled.data,
    troubled: [...paused.data, ...failed.data],
    recent: recent.data,
    campaigns: recent.total ?? recent.data.length,
    isPart: [running, scheduled].some(({ nextCursor }) => typeof nextCursor === 'string'),
  };
}

/** One plan that cannot be read leaves the others; when none can, the block says why. */
async function readPlans(
  campaigns: readonly Campaign[],
  sentOf: (campaign: Campaign) => number,
  signal: AbortSignal,
): Promise<Plans> {
  const answers = await Promise.allSettled(
    campaigns.map(async (campaign) => ({
      campaign,
      sent: sentOf(campaign),
      days: await ask(
        api.GET('/api/marketing/campaigns/{id}/schedule', { signal, params: { path: { id: campaign.id } } }),
      ),
    })),
  );
  const plans = answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : []));
  const failure = answers.find((answer) => answer.status === 'rejected');
  if (failure !== undefined && plans.length === 0) throw failure.reason;
  return { plans, isPart: failure !== undefined };
}

/** The plans of what runs and what is scheduled. */
export function usePlans({ running, scheduled }: Morning): UseQueryResult<Plans> {
  const campaigns = [...running, ...scheduled];
  const client = useQueryClient();
  // The event stream knows better than the list.
  const sentOf = ({ id, sentCount }: Campaign): number =>
    Math.max(sentCount, client.getQueryData<Counters>(keys.counters(id))?.sent ?? 0);
  return useQuery({
    queryKey: [...keys.campaigns, 'plans', campaigns.map(({ id }) => id)],
    queryFn: ({ signal }) => readPlans(campaigns, sentOf, signal),
    refetchInterval: PLANS_MS,
    placeholderData: keepPreviousData,
  });
}

export function useSenders(): UseQueryResult<Sender[]> {
  return useQuery({
    queryKey: keys.senders,
    queryFn: async ({ signal }) => (await ask(api.GET('/api/whatsapp/senders', { signal }))).data,
    refetchInterval: REFRESH_MS,
  });
}

export function useOverview(): UseQueryResult<Overview> {
  return useQuery({
    queryKey: keys.overview,
    queryFn: ({ signal }) => ask(api.GET('/api/whatsapp/overview', { signal })),
    refetchInterval: REFRESH_MS,
  });
}

export function useMorning(): UseQueryResult<Morning> {
  return useQuery({
    queryKey: [...keys.campaigns, 'morning'],
    queryFn: ({ signal }) => readMorning(signal),
    refetchInterval: REFRESH_MS,
  });
}

/** What a new shop has already. Null: this person may not see it. */
export interface FirstSteps {
  customers: boolean | null;
  template: boolean;
}

export function useFirstSteps(): UseQueryResult<FirstSteps> {
  const session = useSession();
  return useQuery({
    queryKey: keys.start,
    queryFn: async ({ signal }) => {
      const [customers, templates] = await Promise.all([
        may(session, 'customers:read')
          ? ask(api.GET('/api/whatsapp/customers', { signal, params: { query: { limit: 1 } } }))
          : null,
        ask(api.GET('/api/whatsapp/templates', { signal, params: { query: { status: 'APPROVED' } } })),
      ]);
      return {
        customers: customers === null ? null : customers.data.length > 0,
        template: templates.data.length > 0,
      };
    },
  });
}
