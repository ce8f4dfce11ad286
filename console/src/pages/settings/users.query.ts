import { keepPreviousData, useQuery, type UseQueryResult } from '@tanstack/react-query';
import { api, ask, tell } from '../../api/client.ts';
import { keys } from '../../api/keys.ts';
import type { components } from '../../api/schema.d.ts';

type Schemas = components['schemas'];
export type User = Schemas['UserDto'];
export type Role = User['role'];
export type OpenSession = Schemas['OpenSessionDto'];
export type OpenInvitation = Schemas['OpenInvitationDto'];

export const PEOPLE_A_PAGE = 50;
export const PEOPLE = keys.settings('users');
export const SESSIONS = keys.settings('sessions');

export function useUsers(
  page: number,
  limit = PEOPLE_A_PAGE,
  isWanted = true,
): UseQueryResult<Schemas['UserPageDto']> {
  return useQuery({
    queryKey: keys.settings('users', 'list', page, limit),
    queryFn: ({ signal }) => ask(api.GET('/api/users', { signal, params: { query: { page, limit } } })),
    placeholderData: keepPreviousData,
    enabled: isWanted,
  });
}

export function useInvitations(): UseQueryResult<OpenInvitation[]> {
  return useQuery({
    queryKey: keys.settings('users', 'invitations'),
    queryFn: async ({ signal }) => (await ask(api.GET('/api/users/invitations', { signal }))).data,
  });
}

export function useSessions(): UseQueryResult<OpenSession[]> {
  return useQuery({
    queryKey: SESSIONS,
    queryFn: async ({ signal }) => (await ask(api.GET('/api/users/me/sessions', { signal }))).data,
  });
}

export const invite = (body: Schemas['InviteDto']): Promise<Schemas['InvitationDto']> =>
  ask(api.POST('/api/users/invitations', { body }));
export const withdraw = (id: string): Promise<void> =>
  tell(api.DELETE('/api/users/invitations/{id}', { params: { path: { id } } }));
export const changeUser = (id: string, body: Schemas['UpdateUserDto']): Promise<User> =>
  ask(api.PUT('/api/users/{id}', { params: { path: { id } }, body }));
export const removeUser = (id: string): Promise<void> =>
  tell(api.DELETE('/api/users/{id}', { params: { path: { id } } }));
export const signOutUser = (id: string): Promise<void> =>
  tell(api.DELETE('/api/users/{id}/sessions', { params: { path: { id } } }));
export const endSession = (id: string): Promise<void> =>
  tell(api.DELETE('/api/users/me/sessions/{id}', { params: { path: { id } } }));
export const endOtherSessions = (): Promise<void> => tell(api.DELETE('/api/users/me/sessions'));
export const changePassword = (body: Schemas['PasswordDto']): Promise<void> =>
  tell(api.POST('/api/users/password', { body }));
