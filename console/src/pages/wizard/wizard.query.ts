import { keepPreviousData, useQuery, type UseQueryResult } from '@tanstack/react-query';
import { api, ask, askTagged, tell } from '../../api/client.ts';
import { keys } from '../../api/keys.ts';
import { upload } from '../../api/upload.ts';
import type { components } from '../../api/schema.d.ts';

type Schemas = components['schemas'];
export type Draft = Schemas['CampaignDetailDto'];
export type Changes = Partial<Schemas['UpdateCampaignDto']>;
export type Template = Schemas['TemplateDto'];
export type Parameter = Schemas['TemplateParameterDto'];
export type Segment = Schemas['SegmentDto'];
export type Audience = Schemas['SegmentPreviewDto'];
export type Forecast = Schemas['ForecastDto'];
export type Recipient = Schemas['RecipientDto'];
export type Intake = Schemas['IntakeDto'];
export type TestResult = Schemas['TestResultDto'];
export type Sender = Schemas['SenderDto'];

export interface TaggedDraft {
  data: Draft;
  etag: string | undefined;
}

const SOON_MS = 1_000;
const LIST = 200;
const AT_ONCE = 10_000;

/** While it waits for its start it is looked at every second, so that the page follows it. */
export function useDraft(id: string): UseQueryResult<TaggedDraft> {
  return useQuery({
    queryKey: keys.draft(id),
    queryFn: ({ signal }) =>
      askTagged(api.GET('/api/whatsapp/campaigns/{id}', { signal, params: { path: { id } } })),
    refetchInterval: ({ state }) => (state.data?.data.status === 'scheduled' ? SOON_MS : false),
  });
}

/** Undefined as tag: whatever it has become meanwhile. */
export function saveDraft(id: string, body: Changes, etag: string | undefined) {
  const header = etag === undefined ? {} : { 'If-Match': etag };
  return askTagged(api.PUT('/api/whatsapp/campaigns/{id}', { params: { path: { id }, header }, body }));
}

export function createDraft(body: Schemas['CreateCampaignDto'], key: string) {
  return ask(api.POST('/api/whatsapp/campaigns', { params: { header: { 'Idempotency-Key': key } }, body }));
}

export function useTemplates(filter: { search: string; category: string; language: string }) {
  const { search, category, language } = filter;
  return useQuery({
    queryKey: keys.templateList(filter),
    queryFn: ({ signal }) => {
      const query = {
        limit: LIST,
        ...(search === '' ? {} : { search }),
        ...(category === '' ? {} : { category }),
        ...(language === '' ? {} : { language }),
      };
      return ask(api.GET('/api/whatsapp/templates', { signal, params: { query } }));
    },
    placeholderData: keepPreviousData,
  });
}

export const checkTemplates = () => ask(api.POST('/api/whatsapp/templates/sync', {}));

/** Null: Meta does not list it, or not in this language. */
export function useTemplate(name: string, language: string): UseQueryResult<Template | null> {
  return useQuery({
    queryKey: keys.template(name, language),
    queryFn: async ({ signal }) => {
      const query = { search: name, language, limit: LIST };
      const { data } = await ask(api.GET('/api/whatsapp/templates', { signal, params: { query } }));
      return data.find((one) => one.name === name && one.language === language) ?? null;
    },
  });
}

export function useSegments(isAllowed: boolean) {
  return useQuery({
    queryKey: keys.segments,
    queryFn: ({ signal }) =>
      ask(api.GET('/api/whatsapp/segments', { signal, params: { query: { limit: 100 } } })),
    enabled: isAllowed,
  });
}

const EVERYBODY = { logic: 'AND', conditions: [{ field: 'phoneNumber', operator: 'exists' }] };

/** How many customers a group has now, and three of them. Null as query: all customers. Undefined: none is asked about. */
export function useAudience(query: Record<string, unknown> | null | undefined): UseQueryResult<Audience> {
  return useQuery({
    queryKey: keys.audience(query ?? EVERYBODY),
    queryFn: ({ signal }) =>
      ask(
        api.POST('/api/whatsapp/segments/preview', { signal, body: { query: query ?? EVERYBODY, limit: 3 } }),
      ),
    enabled: query !== undefined,
  });
}

export function useCustomer(id: string | undefined) {
  return useQuery({
    queryKey: keys.customer(id ?? ''),
    queryFn: ({ signal }) =>
      ask(api.GET('/api/whatsapp/customers/{id}', { signal, params: { path: { id: id ?? '' } } })),
    enabled: id !== undefined,
  });
}

export function usePastCampaigns(isWanted: boolean) {
  return useQuery({
    queryKey: keys.campaignList({ past: true }),
    queryFn: ({ signal }) =>
      ask(api.GET('/api/whatsapp/campaigns', { signal, params: { query: { limit: 100 } } })),
    enabled: isWanted,
  });
}

/** Some of those who are listed one by one. */
export function useListed(id: string, total: number) {
  return useQuery({
    queryKey: keys.ofDraft(id, 'listed', total),
    queryFn: ({ signal }) =>
      ask(
        api.GET('/api/whatsapp/campaigns/{id}/recipients', {
          signal,
          params: { path: { id }, query: { limit: 3 } },
        }),
      ),
    enabled: total > 0,
    // Who was taken out is no longer somebody to show the message of.
    placeholderData: (last) => (total > 0 ? last : undefined),
  });
}

/** Long lists go in parts, one call each. */
export async function addPeople(
  id: string,
  people: readonly Schemas['RecipientInputDto'][],
  onProgress: (part: number) => void,
): Promise<Intake> {
  let sum: Intake | undefined;
  for (let from = 0; from < people.length; from += AT_ONCE) {
    const recipients = people.slice(from, from + AT_ONCE);
    const answer = await ask(
      api.POST('/api/whatsapp/campaigns/{id}/recipients', { params: { path: { id } }, body: { recipients } }),
    );
    sum = sum === undefined ? answer : both(sum, answer);
    onProgress(Math.min(1, (from + AT_ONCE) / people.length));
  }
  if (sum === undefined) throw new Error('nobody to add');
  return sum;
}

function both(one: Intake, other: Intake): Intake {
  return {
    ...other,
    recipientsAdded: one.recipientsAdded + other.recipientsAdded,
    duplicatesSkipped: one.duplicatesSkipped + other.duplicatesSkipped,
    invalid: [...one.invalid, ...other.invalid],
    invalidCount: one.invalidCount + other.invalidCount,
    warnings: [...one.warnings, ...other.warnings],
  };
}

export async function addFile(id: string, file: File, onProgress: (part: number) => void): Promise<Intake> {
  return (await upload(`/api/whatsapp/campaigns/${id}/recipients`, file, onProgress)) as Intake;
}

/** Takes everybody out who is listed one by one. */
export async function removeEverybody(id: string, onProgress: (left: number) => void): Promise<void> {
  for (;;) {
    const params = { path: { id }, query: { limit: LIST } };
    const { data, total } = await ask(api.GET('/api/whatsapp/campaigns/{id}/recipients', { params }));
    if (data.length === 0) return;
    onProgress(total ?? data.length);
    const ids = data.map((recipient) => recipient.id);
    const { removed } = await ask(
      api.DELETE('/api/whatsapp/campaigns/{id}/recipients', { params: { path: { id } }, body: { ids } }),
    );
    if (removed === 0) return;
  }
}

export interface PreviewOf {
  phoneNumber?: string;
  variables?: Record<string, unknown>;
}

/** The message as one person would get it, from the settings that are saved. */
export function usePreview(id: string, state: unknown, body: PreviewOf) {
  return useQuery({
    queryKey: keys.ofDraft(id, 'preview', [state, body]),
    queryFn: ({ signal }) =>
      ask(api.POST('/api/whatsapp/campaigns/{id}/preview', { signal, params: { path: { id } }, body })),
    placeholderData: keepPreviousData,
  });
}

export function useForecast(id: string, state: unknown): UseQueryResult<Forecast> {
  return useQuery({
    queryKey: keys.ofDraft(id, 'forecast', state),
    queryFn: ({ signal }) =>
      ask(api.POST('/api/whatsapp/campaigns/{id}/forecast', { signal, params: { path: { id } }, body: {} })),
    placeholderData: keepPreviousData,
    // What others send and who stops marketing changes it as well.
    staleTime: 10_000,
  });
}

export function useSenders() {
  return useQuery({
    queryKey: keys.senders,
    queryFn: async ({ signal }) => (await ask(api.GET('/api/whatsapp/senders', { signal }))).data,
  });
}

export function send(id: string, key: string) {
  const params = { path: { id }, header: { 'Idempotency-Key': key } };
  return ask(api.POST('/api/whatsapp/campaigns/{id}/send', { params }));
}

export function unschedule(id: string, key: string): Promise<void> {
  const params = { path: { id }, header: { 'Idempotency-Key': key } };
  return tell(api.POST('/api/whatsapp/campaigns/{id}/unschedule', { params }));
}

export function sendTest(id: string, phoneNumber: string, variables: Record<string, unknown> | undefined) {
  const body = { phoneNumbers: [phoneNumber], ...(variables === undefined ? {} : { variables }) };
  return ask(api.POST('/api/whatsapp/campaigns/{id}/test', { params: { path: { id } }, body }));
}
