import type { SCOPES } from '../scopes.js';

type Grant = (typeof SCOPES)[number] | '*' | `${string}:*`;

/** What a person may do in an organization. A role is a set of the scopes that keys have. */
export const ROLES = {
  owner: ['*'],
  manager: [
    'campaigns:*',
    'messages:*',
    'customers:*',
    'catalog:*',
    'orders:*',
    'webhooks:read',
    'analytics:read',
  ],
  order_desk: ['orders:*', 'messages:*', 'catalog:read', 'customers:read'],
  viewer: [
    'campaigns:read',
    'messages:read',
    'customers:read',
    'catalog:read',
    'orders:read',
    'analytics:read',
  ],
} as const satisfies Record<string, readonly Grant[]>;

export type RoleOfPerson = keyof typeof ROLES;
export const ROLE_NAMES = Object.keys(ROLES) as RoleOfPerson[];
