import { AsyncLocalStorage } from 'node:async_hooks';
import type { EntityManager } from 'typeorm';

/** What the code below a controller may need to know about the request it works for. */
export interface RequestContext {
  requestId: string;
  /**
   * Runs as the last statement of the next transaction of this request that commits. It ties a fact to the
   * effect of the request, so that after a crash either both are there or neither is.
   */
  beforeCommit?: (tx: EntityManager) => Promise<void>;
  /** A transaction of this request has been committed: its effect is there, whatever is answered. */
  committed: boolean;
}

const storage = new AsyncLocalStorage<RequestContext>();

export function runInContext<T>(context: RequestContext, work: () => T): T {
  return storage.run(context, work);
}

export function currentRequest(): RequestContext | undefined {
  return storage.getStore();
}
