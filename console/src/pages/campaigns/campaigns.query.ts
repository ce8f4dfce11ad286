import { keepPreviousData, useQuery, type UseQueryResult } from '@tanstack/react-query';
import { api, ask } from '../../api/client.ts';
import { keys } from '../../api/keys.ts';
import { serverNow } from '../../api/session.ts';
import type { components } from '../../api/schema.d.ts';
import type { Campaign } from '../../features/campaign/campaign.query.ts';

type Schemas = components['schemas'];
export type CampaignDetail = Schemas['CampaignDetailDto'];
export type Stats = Schemas['CampaignStatsDto'] & { readAt: number };
export type Batch = Schemas['MarketingBatchDto'];
export type Recipient = Schemas['RecipientDto'];
export type RecipientStatus = Recipient['status'];
export type ExplainedRecipient = Schemas['ExplainedRecipientDto'];
export type CampaignPage = Omit<Schemas['CampaignPageDto'], 'data'> & { data: Campaign[]; from: number };
export type RecipientPage = Schemas['RecipientPageDto'] & { from: number };

export const CARDS = 50;
const LIVE_MS = 10_000;

interface Place {
  cursor: string;
  /** The position of the first row. It stays with the answer, because an old page is shown until the next one comes. */
  from: number;
}

export interface CampaignFilter extends Place {
  status: string;
  search: string;
  tag: string;
}

export function useCampaigns(wanted: CampaignFilter): UseQueryResult<CampaignPage> {
  const { status, search, tag, cursor, from } = wanted;
  return useQuery({
    queryKey: keys.campaignList({ status, search, tag, cursor, from }),
    queryFn: async ({ signal }) => {
      const filter = {
        ...(status === 'all' ? {} : { status: status as 'paused' }),
        ...(search === '' ? {} : { search }),
        ...(tag === '' ? {} : { tag }),
        ...(cursor === '' ? {} : { cursor }),
      };
      const params = { query: { limit: CARDS, ...filter } };
      return { ...(await ask(api.GET('/api/whatsapp/campaigns', { signal, params }))), from };
    },
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) =>
      state.data?.data.some((one) => one.status === 'sending') === true ? LIVE_MS : false,
  });
}

export function useCampaign(id: string): UseQueryResult<CampaignDetail> {
  return useQuery({
    queryKey: keys.campaign(id),
    queryFn: ({ signal }) =>
      ask(api.GET('/api/whatsapp/campaigns/{id}', { signal, params: { path: { id } } })),
    refetchInterval: ({ state }) => (state.data?.status === 'sending' ? LIVE_MS : false),
  });
}

export function useStats(id: string): UseQueryResult<Stats> {
  return useQuery({
    queryKey: keys.stats(id),
    queryFn: async ({ signal }) => {
      // Before the call: what the event stream brings during it is at least as new.
      const readAt = serverNow();
      const params = { path: { id } };
      return { ...(await ask(api.GET('/api/whatsapp/campaigns/{id}/stats', { signal, params }))), readAt };
    },
    refetchInterval: ({ state }) => (state.data?.campaign.status === 'sending' ? LIVE_MS : false),
  });
}

export function useSchedule(id: string): UseQueryResult<Batch[]> {
  return useQuery({
    queryKey: keys.schedule(id),
    queryFn: ({ signal }) =>
      ask(api.GET('/api/marketing/campaigns/{id}/schedule', { signal, params: { path: { id } } })),
  });
}

export function useRecipients(
  id: string,
  { status, cursor, from }: Place & { status: string },
): UseQueryResult<RecipientPage> {
  return useQuery({
    queryKey: keys.recipients(id, { status, cursor, from }),
    queryFn: async ({ signal }) => {
      const filter = {
        ...(status === 'all' ? {} : { status: status as RecipientStatus }),
        ...(cursor === '' ? {} : { cursor }),
      };
      const params = { path: { id }, query: { limit: CARDS, ...filter } };
      return { ...(await ask(api.GET('/api/whatsapp/campaigns/{id}/recipients', { signal, params }))), from };
    },
    placeholderData: keepPreviousData,
  });
}

export function useRecipient(id: string, recipientId: string): UseQueryResult<ExplainedRecipient> {
  return useQuery({
    queryKey: keys.recipient(id, recipientId),
    queryFn: ({ signal }) =>
      ask(
        api.GET('/api/whatsapp/campaigns/{id}/recipients/{recipientId}', {
          signal,
          params: { path: { id, recipientId } },
        }),
      ),
  });
}

export function retryRecipients(
  id: string,
  body: Schemas['RetryRecipientsDto'],
): Promise<Schemas['RetriedDto']> {
  return ask(api.POST('/api/whatsapp/campaigns/{id}/recipients/retry', { params: { path: { id } }, body }));
}

export const exportOf = (id: string): string => `/api/whatsapp/campaigns/${id}/recipients/export`;
