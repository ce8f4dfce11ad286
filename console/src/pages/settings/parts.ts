import { may, type Session } from '../../api/session.ts';

export const PARTS = [
  'senders',
  'organisation',
  'users',
  'keys',
  'webhooks',
  'inbox',
  'activity',
  'about',
] as const;
export type Part = (typeof PARTS)[number];

/** What looking at each part needs. Everybody has sessions and a password of their own. */
const SCOPES: Readonly<Record<Part, string | undefined>> = {
  senders: 'campaigns:read',
  organisation: 'admin',
  users: undefined,
  keys: 'admin',
  webhooks: 'webhooks:read',
  inbox: 'webhooks:read',
  activity: 'admin',
  about: undefined,
};

export function mayOpen(session: Session, part: Part): boolean {
  const scope = SCOPES[part];
  return scope === undefined || may(session, scope);
}

export function partOf(session: Session, wanted: string | undefined): Part {
  return PARTS.find((part) => part === wanted) ?? PARTS.find((part) => mayOpen(session, part)) ?? 'about';
}
