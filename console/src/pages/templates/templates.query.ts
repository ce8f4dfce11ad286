import { keepPreviousData, useQuery, type UseQueryResult } from '@tanstack/react-query';
import { api, ask, tell } from '../../api/client.ts';
import { keys } from '../../api/keys.ts';
import type { components } from '../../api/schema.d.ts';

type Schemas = components['schemas'];
export type Template = Schemas['TemplateDto'];
export type TemplateEvent = Schemas['TemplateEventDto'];
export type Lint = Schemas['TemplateLintDto'];
export type LintProblem = Schemas['LintProblemDto'];
export type TemplateInput = Schemas['CreateTemplateDto'];
export type Category = TemplateInput['category'];
export type TemplatePage = Schemas['TemplatePageDto'];

export const BUBBLES = 24;
const HISTORY = 50;

export interface TemplateFilter {
  status: string;
  category: string;
  search: string;
  page: number;
}

export function useTemplates({
  status,
  category,
  search,
  page,
}: TemplateFilter): UseQueryResult<TemplatePage> {
  return useQuery({
    queryKey: keys.templateList({ status, category, search, page }),
    queryFn: ({ signal }) => {
      const query = {
        ...{ page, limit: BUBBLES },
        ...(status === 'all' ? {} : { status }),
        ...(category === '' ? {} : { category }),
        ...(search === '' ? {} : { search }),
      };
      return ask(api.GET('/api/whatsapp/templates', { signal, params: { query } }));
    },
    placeholderData: keepPreviousData,
  });
}

/** In all its languages. */
export function useTemplate(name: string): UseQueryResult<Schemas['NamedTemplateDto']> {
  return useQuery({
    queryKey: [...keys.templates, 'named', name],
    queryFn: ({ signal }) =>
      ask(api.GET('/api/whatsapp/templates/{name}', { signal, params: { path: { name } } })),
  });
}

export function useHistory(
  name: string,
  language: string,
  cursor: string,
): UseQueryResult<Schemas['TemplateHistoryDto']> {
  return useQuery({
    queryKey: [...keys.templates, 'history', name, language, cursor],
    queryFn: ({ signal }) =>
      ask(
        api.GET('/api/whatsapp/templates/{name}/history', {
          signal,
          params: {
            path: { name },
            query: { language, limit: HISTORY, ...(cursor === '' ? {} : { cursor }) },
          },
        }),
      ),
    placeholderData: keepPreviousData,
  });
}

/** What Meta would say of it. Asked again whenever it changes; an older question is given up. */
export function useLint(input: TemplateInput | undefined): UseQueryResult<Lint> {
  return useQuery({
    // Not below the templates: what is written does not change with them.
    queryKey: ['template-lint', input],
    queryFn: ({ signal }) => {
      if (input === undefined) throw new Error('nothing to check');
      return ask(api.POST('/api/whatsapp/templates/lint', { signal, body: input }));
    },
    enabled: input !== undefined,
    placeholderData: keepPreviousData,
    gcTime: 60_000,
  });
}

export const submitTemplate = (body: TemplateInput): Promise<Template> =>
  ask(api.POST('/api/whatsapp/templates', { body }));

export const editTemplate = (
  { name, language, businessAccountId }: Pick<Template, 'name' | 'language' | 'businessAccountId'>,
  body: Schemas['EditTemplateDto'],
): Promise<Template> =>
  ask(
    api.PUT('/api/whatsapp/templates/{name}/{language}', {
      params: { path: { name, language }, query: { businessAccountId } },
      body,
    }),
  );

export const checkTemplates = (): Promise<Schemas['TemplateSyncDto']> =>
  ask(api.POST('/api/whatsapp/templates/sync'));

export const removeTemplate = ({ name, language, businessAccountId }: Template): Promise<void> =>
  tell(
    api.DELETE('/api/whatsapp/templates/{name}', {
      params: { path: { name }, query: { language, businessAccountId } },
    }),
  );

export const unpauseTemplate = ({ name, language, businessAccountId }: Template): Promise<Template> =>
  ask(
    api.POST('/api/whatsapp/templates/{name}/{language}/unpause', {
      params: { path: { name, language }, query: { businessAccountId } },
    }),
  );
