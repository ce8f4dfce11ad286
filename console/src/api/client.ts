import createClient, { type Middleware } from 'openapi-fetch';
import { Problem, problemOf } from '../lib/problem.ts';
import type { paths } from './schema.d.ts';

const PATIENCE_MS = 30_000;

interface Hooks {
  csrfToken: string | undefined;
  /** The session has ended in the middle of the work. */
  onSessionOver: () => void;
}

/** What the session store (session.ts) sets: the client itself knows no state. */
export const hooks: Hooks = { csrfToken: undefined, onSessionOver: () => undefined };

const session: Middleware = {
  onRequest({ request }) {
    const isRead = request.method === 'GET' || request.method === 'HEAD';
    if (!isRead && hooks.csrfToken !== undefined) request.headers.set('x-csrf-token', hooks.csrfToken);
    return request;
  },
  onResponse({ response, schemaPath }) {
    if (response.status === 401 && schemaPath !== '/api/session') hooks.onSessionOver();
    return undefined;
  },
  onError({ error }) {
    const isTimeout = error instanceof DOMException && error.name === 'TimeoutError';
    return new Problem(0, isTimeout ? 'timeout' : 'unreachable', '', undefined);
  },
};

export const api = createClient<paths>({
  fetch: (request) => {
    const patience = AbortSignal.timeout(PATIENCE_MS);
    return globalThis.fetch(new Request(request, { signal: AbortSignal.any([request.signal, patience]) }));
  },
});
api.use(session);

/** The data of an answer, or its problem. */
export async function ask<T>(
  call: Promise<{ data?: T; error?: unknown; response: Response }>,
): Promise<NonNullable<T>> {
  const { data, error, response } = await call;
  if (!response.ok || data === undefined || data === null) {
    throw problemOf(response.status, error, response.headers);
  }
  return data;
}

export interface Tagged<T> {
  data: T;
  /** Names this state of the object, for `If-Match` with the next change. */
  etag: string | undefined;
}

export async function askTagged<T>(
  call: Promise<{ data?: T; error?: unknown; response: Response }>,
): Promise<Tagged<NonNullable<T>>> {
  const answer = await call;
  return { data: await ask(Promise.resolve(answer)), etag: answer.response.headers.get('etag') ?? undefined };
}

/** For answers without a body. */
export async function tell(call: Promise<{ error?: unknown; response: Response }>): Promise<void> {
  const { error, response } = await call;
  if (!response.ok) throw problemOf(response.status, error, response.headers);
}
