import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Clock } from '../../platform/clock/clock.js';
import { Database, sqlState, UNIQUE_VIOLATION } from '../../platform/database/database.js';
import { Scoped } from '../../platform/database/scoped.js';
import type { PageRequest } from '../../platform/http/paging.js';
import { invalidFields } from '../../platform/http/validation.js';
import { DomainError } from '../../rules/errors/domain-error.js';
import { uuidV7 } from '../../rules/ids/uuid-v7.js';
import { Senders } from '../../senders/directory/senders.service.js';
import { holdImages, IMAGE_LOST } from '../images/held-images.queries.js';
import { imagesIn } from '../images/image-key.js';
import { CatalogDirectory } from './catalog-directory.service.js';
import { type CatalogInput, readCatalog } from './catalog-input.js';
import { Catalog } from './catalog.entity.js';
import { emptyCatalog, hasBeenSent } from './catalogs.queries.js';

/** What becomes of the counterpart at Meta when a catalog is deleted. */
export type FateAtMeta = 'disconnect' | 'delete';

@Injectable()
export class Catalogs {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly senders: Senders,
    private readonly directory: CatalogDirectory,
  ) {}

  /** With `metaCatalogId` it adopts a catalog that exists at Meta. */
  async create(organizationId: string, input: CatalogInput & { name: string }): Promise<Catalog> {
    const changes = checked(input);
    await this.verifySender(organizationId, changes.senderId);
    await this.verifyAtMeta(organizationId, changes.senderId ?? null, changes.metaCatalogId);
    const now = this.clock.now();
    const id = uuidV7();
    return uniqueAtMeta(() =>
      this.database.transaction(async (tx) => {
        await holdDefaultImage(tx, organizationId, changes);
        await this.catalogsOf(organizationId, tx).insert({
          ...changes,
          id,
          isAdopted: typeof changes.metaCatalogId === 'string',
          visibilityDueAt: changes.isPublic === true ? now : null,
          createdAt: now,
          updatedAt: now,
        });
        return this.catalogsOf(organizationId, tx).get(id);
      }),
    );
  }

  async get(organizationId: string, id: string): Promise<Catalog> {
    return this.catalogsOf(organizationId).get(id);
  }

  /** Newest first. */
  async list(organizationId: string, { limit, offset }: PageRequest): Promise<[Catalog[], number]> {
    return this.catalogsOf(organizationId).page({ order: { id: 'DESC' }, take: limit, skip: offset });
  }

  async update(organizationId: string, id: string, input: CatalogInput): Promise<Catalog> {
    const changes = checked(input);
    const before = await this.catalogsOf(organizationId).get(id);
    const { senderId = before.senderId, metaCatalogId } = changes;
    await this.verifySender(organizationId, changes.senderId);
    if (metaCatalogId !== before.metaCatalogId) {
      await this.verifyAtMeta(organizationId, senderId, metaCatalogId);
    }
    return uniqueAtMeta(() =>
      this.database.transaction(async (tx) => {
        const catalogs = this.catalogsOf(organizationId, tx);
        const known = await catalogs.lock(id);
        if (
          changes.currency !== undefined &&
          changes.currency !== known.currency &&
          known.totalProducts > 0
        ) {
          const detail = `The prices of its ${known.totalProducts} products are in ${known.currency}. Delete them first, or make another catalog.`;
          throw new DomainError('conflict', 'catalog_not_empty', detail);
        }
        await holdDefaultImage(tx, organizationId, changes);
        const now = this.clock.now();
        const isShown = changes.isPublic !== undefined && changes.isPublic !== known.isPublic;
        const isMoved = metaCatalogId !== undefined && metaCatalogId !== known.metaCatalogId;
        if (isMoved && (known.lastSyncAt !== null || (await hasBeenSent(tx, id)))) {
          const detail = `It has been synchronised with ${known.metaCatalogId ?? 'Meta'}. Make another catalog.`;
          throw new DomainError('conflict', 'catalog_synced', detail);
        }
        await catalogs.update(id, {
          ...changes,
          ...(isMoved ? { isAdopted: metaCatalogId !== null } : {}),
          ...(isShown ? { visibilityDueAt: now } : {}),
          updatedAt: now,
        });
        return catalogs.get(id);
      }),
    );
  }

  /** Meta is asked first: what it refuses leaves everything as it was. */
  async delete(organizationId: string, id: string, atMeta?: FateAtMeta): Promise<void> {
    const { senderId, metaCatalogId } = await this.catalogsOf(organizationId).get(id);
    if (atMeta !== undefined && metaCatalogId !== null) {
      const catalog = { organizationId, senderId, metaCatalogId };
      await (atMeta === 'delete' ? this.directory.remove(catalog) : this.directory.disconnect(catalog));
    }
    await this.database.transaction(async (tx) => {
      const catalogs = this.catalogsOf(organizationId, tx);
      await catalogs.lock(id);
      await emptyCatalog(tx, organizationId, id);
      await catalogs.delete(id);
    });
  }

  private async verifySender(organizationId: string, senderId: string | null | undefined): Promise<void> {
    if (typeof senderId === 'string') await this.senders.get(organizationId, senderId);
  }

  private async verifyAtMeta(
    organizationId: string,
    senderId: string | null,
    metaCatalogId: string | null | undefined,
  ): Promise<void> {
    if (typeof metaCatalogId !== 'string') return;
    await this.directory.verify({ organizationId, senderId, metaCatalogId });
  }

  private catalogsOf(organizationId: string, db: EntityManager = this.database.manager): Scoped<Catalog> {
    return new Scoped(db, Catalog, organizationId, 'catalog');
  }
}

function checked(input: CatalogInput) {
  const { changes, errors } = readCatalog(input);
  if (errors.length > 0) throw invalidFields(errors);
  return changes;
}

async function holdDefaultImage(
  tx: EntityManager,
  organizationId: string,
  { defaultImageUrl = null }: CatalogInput,
): Promise<void> {
  const lost = await holdImages(tx, organizationId, imagesIn([defaultImageUrl], organizationId));
  if (lost.size > 0) throw invalidFields([{ field: 'defaultImageUrl', message: IMAGE_LOST }]);
}

async function uniqueAtMeta<T>(write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (sqlState(error) !== UNIQUE_VIOLATION) throw error;
    const detail = 'Another catalog of yours has this metaCatalogId already.';
    throw new DomainError('conflict', 'meta_catalog_taken', detail);
  }
}
