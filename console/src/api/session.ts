import { useSyncExternalStore } from 'react';
import { api, ask, hooks, tell } from './client.ts';
import type { components } from './schema.d.ts';

type SessionDto = components['schemas']['SessionDto'];
export type Session = Required<SessionDto> & { user: NonNullable<SessionDto['user']> };
export type Credentials = components['schemas']['SignInDto'];

/** `over`: it has ended while a page was open; the page stays behind the question to sign in again. */
export type SessionState =
  | { kind: 'unknown' }
  | { kind: 'failed'; error: unknown }
  | { kind: 'stranger' }
  | { kind: 'open' | 'over'; session: Session };

let state: SessionState = { kind: 'unknown' };
const listeners = new Set<() => void>();
// Other tabs follow a sign-out and a sign-in at once.
const tabs = new BroadcastChannel('drumbeat-session');

function change(next: SessionState): void {
  state = next;
  hooks.csrfToken = next.kind === 'open' ? next.session.csrfToken : undefined;
  listeners.forEach((listener) => {
    listener();
  });
}

function take(answer: SessionDto): void {
  const last = state.kind === 'open' || state.kind === 'over' ? state.session : undefined;
  if (answer.user === null)
    change(last === undefined ? { kind: 'stranger' } : { kind: 'over', session: last });
  else {
    const session = answer as Session;
    if (last !== undefined && !isSamePerson(last, session)) {
      startAfresh();
      return;
    }
    setNow(session.now);
    change({ kind: 'open', session });
  }
}

function isSamePerson(one: Session, other: Session): boolean {
  return one.user.id === other.user.id && one.organization.id === other.organization.id;
}

/** What the last person saw leaves the page and its memory. The form may change the address before the reload. */
function startAfresh(): void {
  change({ kind: 'unknown' });
  window.setTimeout(() => {
    location.reload();
  });
}

hooks.onSessionOver = () => {
  if (state.kind === 'open') change({ kind: 'over', session: state.session });
};
tabs.onmessage = ({ data }: MessageEvent<'in' | 'over'>) => {
  // The cookie is shared, so this tab needs the token that belongs to it now.
  if (data === 'in') void loadSession();
  else location.assign('/console/sign-in');
};

export function useSessionState(): SessionState {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => state,
  );
}

/** Only below the shell, which is shown to people with a session. */
export function useSession(): Session {
  const known = useSessionState();
  if (known.kind === 'open' || known.kind === 'over') return known.session;
  throw new Error('no session here');
}

// Only the answer to the latest question counts.
let turn = 0;

/** Where a page is shown already, a failure leaves it as it is. */
export async function loadSession(): Promise<void> {
  turn += 1;
  const mine = turn;
  try {
    const answer = await ask(api.GET('/api/session'));
    if (mine === turn) take(answer);
  } catch (error) {
    const isShown = state.kind !== 'unknown' && state.kind !== 'failed';
    if (mine === turn && !isShown) change({ kind: 'failed', error });
  }
}

export async function signIn(credentials: Credentials): Promise<void> {
  const answer = await ask(api.POST('/api/session', { body: credentials }));
  turn += 1;
  take(answer);
  tabs.postMessage('in');
}

/** The page is loaded afresh: nothing of this person stays in its memory. Throws while the session may be open. */
export async function signOut(): Promise<void> {
  await tell(api.DELETE('/api/session'));
  tabs.postMessage('over');
  location.assign('/console/sign-in');
}

export function readLink(token: string): Promise<components['schemas']['InvitationOfLinkDto']> {
  return ask(api.POST('/api/session/link', { body: { token } }));
}

/** `campaigns:*` covers both campaign scopes, `*` everything. */
export function may({ scopes }: Session, scope: string): boolean {
  const area = scope.split(':', 1)[0] ?? '';
  return scopes.some((granted) => granted === '*' || granted === scope || granted === `${area}:*`);
}

let base = { server: 0, here: 0 };

/** The installation may run on a practice clock: the browser's own time is never shown. */
export function setNow(now: string): void {
  base = { server: Date.parse(now), here: performance.now() };
}

export function serverNow(): number {
  return base.server + performance.now() - base.here;
}
