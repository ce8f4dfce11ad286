import { AsyncLocalStorage } from 'node:async_hooks';
import type { EntityManager } from 'typeorm';

/** What the code below a controller may need to know about the request it works for. */
export interface RequestContext {
  requestId: string;
  /**
   * Runs as the last statement of the next transaction of this request that commits. It ties a fact to the effect of
   * the request: after a crash either both are there or neither.
   */
  beforeCommit?: (tx: EntityManager) => Promise<void>;
  /** A transaction of this request has been committed: its effect is there, whatever the answer says. */
  committed: boolean;
}

const storage = new AsyncLocalStorage<RequestContext>();

export function runInContext<T>(context: RequestContext, work: () => T): T {
  return storage.run(context, work);
}

/** For work that outlives the request: its transactions are not the effect of the request. */
export function outsideRequest<T>(work: () => T): T {
  return storage.exit(work);
}

export function currentRequest(): RequestContext | undefined {
  return storage.getStore();
}
