import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import { FileStorage, type StorageKind } from '../../platform/storage/file-storage.service.js';
import { GIGABYTE } from '../../platform/storage/storage-settings.js';
import { DomainError, notFound } from '../../rules/errors/domain-error.js';
import { imageKey } from './image-key.js';
import * as queries from './images.queries.js';
import { type ImageWarning, judgeImage, type JudgedImage, warningsOf } from './judge-image.js';

/** Each holds its file in memory twice: before and after cleaning. */
const AT_ONCE = 16;
/** So that one organization with slow uploads does not keep the others waiting. */
const AT_ONCE_EACH = 4;
/** A removal takes milliseconds, or the time of one call to the object storage. */
const REMOVAL_LOOKS = 40;
const REMOVAL_LOOK_MS = 100;
const STORE_ATTEMPTS = 5;

export interface StoredImage extends Omit<JudgedImage, 'bytes'> {
  url: string;
  sha256: string;
  bytes: number;
  warnings: ImageWarning[];
  isNew: boolean;
}

/**
 * Images of products. Each is stored under the hash of its content, so the same image is stored once, and an address
 * always leads to the same picture: Meta fetches an image again only when its address changes.
 */
@Injectable()
export class Images {
  /** The organization of each upload under way. */
  private readonly running: string[] = [];

  constructor(
    private readonly database: Database,
    private readonly storage: FileStorage,
    private readonly clock: Clock,
  ) {}

  async add(organizationId: string, catalogId: string, read: () => Promise<Buffer>): Promise<StoredImage> {
    await this.assertCatalog(organizationId, catalogId);
    this.admit(organizationId);
    try {
      return await this.store(organizationId, judgeImage(await read()));
    } finally {
      this.running.splice(this.running.indexOf(organizationId), 1);
    }
  }

  async remove(organizationId: string, catalogId: string, sha256: string): Promise<void> {
    await this.assertCatalog(organizationId, catalogId);
    const removal = await this.database.transaction(async (tx) => {
      if (!(await queries.lockImage(tx, organizationId, sha256))) throw notFound('image', sha256);
      if (await queries.isNamed(tx, organizationId, sha256)) {
        const detail = 'A product names this image. Give the product another image first.';
        throw new DomainError('conflict', 'image_in_use', detail);
      }
      return queries.beginRemoval(tx, organizationId, sha256, this.clock.now());
    });
    if (removal !== undefined) await this.finishRemovals([removal]);
  }

  /** Files first, rows afterwards: a process that dies in between leaves a row, and the row leads to the file. */
  async finishRemovals(removals: readonly queries.Removal[]): Promise<void> {
    for (const { organizationId, sha256, contentType, storage } of removals) {
      await this.storage.of(storage)?.remove(imageKey(organizationId, sha256, contentType));
    }
    await queries.finishRemovals(this.database.manager, removals);
  }

  /**
   * The row first, the file afterwards: what is in the row can be repaired by the next upload of the same image. A
   * removal between the two would leave a file that no row knows, so the image is stored again then.
   */
  private async store(organizationId: string, image: JudgedImage): Promise<StoredImage> {
    const { contentType, width, height, bytes } = image;
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const row = { sha256, contentType, width, height, bytes: bytes.length, storage: this.storage.kind };
    const key = imageKey(organizationId, sha256, contentType);
    for (let attempt = 0; attempt < STORE_ATTEMPTS; attempt++) {
      const noted = await this.note(organizationId, row);
      const store = this.storage.of(noted.storage) ?? this.storage.current;
      await store.put(key, bytes, contentType);
      if (!(await queries.isKept(this.database.manager, organizationId, sha256))) continue;
      return {
        url: store.urlOf(key),
        sha256,
        contentType,
        width,
        height,
        bytes: bytes.length,
        warnings: warningsOf(image, this.storage.isPublic(store)),
        isNew: noted.isNew,
      };
    }
    throw beingRemoved();
  }

  private async note(
    organizationId: string,
    image: queries.NewImage,
  ): Promise<{ storage: StorageKind; isNew: boolean }> {
    for (let look = 0; look < REMOVAL_LOOKS; look++) {
      const noted = await this.database.transaction(async (tx) => {
        const { usable } = this.storage;
        const upload = await queries.noteUpload(tx, organizationId, image, usable, this.clock.now());
        if (upload?.isNew === true) await this.assertRoom(tx, organizationId);
        return upload;
      });
      if (noted !== undefined) return noted;
      await delay(REMOVAL_LOOK_MS);
    }
    throw beingRemoved();
  }

  /** With the new image, whose row is part of the transaction. */
  private async assertRoom(tx: EntityManager, organizationId: string): Promise<void> {
    const { bytesPerOrganization } = this.storage;
    if ((await queries.bytesOfImages(tx, organizationId)) <= bytesPerOrganization) return;
    const detail = `The images of an organization may take ${bytesPerOrganization / GIGABYTE} GB (MEDIA_GB_PER_ORGANIZATION), and this one does not fit. Delete images that nothing names; those that nothing has named for a week go by themselves.`;
    throw new DomainError('rule', 'image_space_full', detail);
  }

  private async assertCatalog(organizationId: string, catalogId: string): Promise<void> {
    const isKnown = await queries.catalogExists(this.database.manager, organizationId, catalogId);
    if (!isKnown) throw notFound('catalog', catalogId);
  }

  private admit(organizationId: string): void {
    const own = this.running.filter((id) => id === organizationId).length;
    if (own >= AT_ONCE_EACH || this.running.length >= AT_ONCE) {
      const detail = 'Too many images are being uploaded at once. Retry when one of them has arrived.';
      throw new DomainError('rate', 'images_busy', detail, { retryAfterSeconds: 2 });
    }
    this.running.push(organizationId);
  }
}

function beingRemoved(): DomainError {
  const detail = 'An earlier copy of this image is being removed. Try again in a moment.';
  return new DomainError('unavailable', 'image_being_removed', detail, { retryAfterSeconds: 10 });
}
