import type { EntityManager } from 'typeorm';

/** Tells the people of an organization that something waits for them; a higher floor knows how. */
export abstract class Operators {
  abstract tell(
    tx: EntityManager,
    notices: readonly {
      organizationId: string;
      kind: string;
      text: string;
      objectKind: string | null;
      objectId: string | null;
    }[],
  ): Promise<void>;
}
