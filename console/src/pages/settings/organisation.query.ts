import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import { api, ask } from '../../api/client.ts';
import { keys } from '../../api/keys.ts';
import type { components } from '../../api/schema.d.ts';

type Schemas = components['schemas'];
export type OrganizationSettings = Schemas['OrganizationSettingsDto'];
export type OrganizationChanges = Schemas['UpdateOrganizationSettingsDto'];

export const ORGANISATION = keys.settings('organisation');

export function useOrganisation(): UseQueryResult<OrganizationSettings> {
  return useQuery({
    queryKey: ORGANISATION,
    queryFn: ({ signal }) => ask(api.GET('/api/organization', { signal })),
  });
}

export const changeOrganisation = (body: OrganizationChanges): Promise<OrganizationSettings> =>
  ask(api.PUT('/api/organization', { body }));
