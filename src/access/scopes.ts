/** The scopes an API key can have. `admin` also allows creating keys, and in the first
 * organization further organizations and their keys. */
export const SCOPES = [
  'campaigns:read',
  'campaigns:write',
  'messages:read',
  'messages:write',
  'customers:read',
  'customers:write',
  'catalog:read',
  'catalog:write',
  'orders:read',
  'orders:write',
  'webhooks:read',
  'webhooks:write',
  'events:write',
  'analytics:read',
  'admin',
] as const;

declare module '../platform/http/route-access.js' {
  // eslint-disable-next-line @typescript-eslint/no-empty-object-type -- the list above is the only one
  interface KnownScopes extends Record<(typeof SCOPES)[number], true> {}
}
