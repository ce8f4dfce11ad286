import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Clock } from '../platform/clock/clock.js';
import { Database } from '../platform/database/database.js';
import type { LinkDefinition } from './link-definition.js';
import type { LinkFigures } from './link-figures.js';
import * as queries from './tracked-links.queries.js';

export type { LinkOwner, NumberedLink, TrackedLink } from './tracked-links.queries.js';

/** Where tracked links lead, under the numbers that stand in their tokens. */
@Injectable()
export class TrackedLinks {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** Part of the transaction that stores the owner. Each place has one link; its number stays when its address changes. */
  async replace(
    tx: EntityManager,
    owner: queries.LinkOwner,
    links: readonly LinkDefinition[],
  ): Promise<void> {
    await queries.replaceLinks(tx, owner, links, this.clock.now());
  }

  async numbersOf(owner: queries.LinkOwner): Promise<queries.NumberedLink[]> {
    return queries.numbersOf(this.database.manager, owner);
  }

  /** For single messages: one number for each address, whichever messages lead there. */
  async use(
    owner: queries.LinkOwner,
    links: readonly LinkDefinition[],
    db: EntityManager = this.database.manager,
  ): Promise<queries.NumberedLink[]> {
    const defined = links.map((link) => ({ ...link, definition: definitionOf(link) }));
    return queries.useLinks(db, owner, defined, this.clock.now());
  }

  /** The owner is deleted. Its links lead on until the messages with them are as old as messages get. */
  async end(tx: EntityManager, ownerId: string): Promise<void> {
    await queries.endLinks(tx, ownerId, this.clock.now());
  }

  async figuresOf(organizationId: string, ownerId: string): Promise<LinkFigures[]> {
    return queries.figuresOf(this.database.manager, organizationId, ownerId);
  }
}

function definitionOf({ url, fallback, utm }: LinkDefinition): string {
  return createHash('sha256')
    .update(JSON.stringify([url, fallback, Object.entries(utm).sort()]))
    .digest('base64url');
}
