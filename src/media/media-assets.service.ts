import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Clock } from '../platform/clock/clock.js';
import { Database } from '../platform/database/database.js';
import { type CursorQuery, type Page, pageFrom } from '../platform/http/paging.js';
import { FileStorage, type StorageKind } from '../platform/storage/file-storage.service.js';
import { DomainError, notFound } from '../rules/errors/domain-error.js';
import { uuidV7 } from '../rules/ids/uuid-v7.js';
import { judgeMedia, type MediaKind } from './judge-media.js';
import type { MediaAsset } from './media-asset.entity.js';
import * as queries from './media-assets.queries.js';
import { mediaKey } from './media-key.js';
import { MediaSettings } from './media-settings.js';
import { MediaUse } from './media-use.service.js';

const SHOWN_NAMES = 5;

/** The files of an organization: stored once, read by those who send them, removed when no campaign needs them. */
@Injectable()
export class MediaAssets {
  constructor(
    private readonly database: Database,
    private readonly storage: FileStorage,
    private readonly settings: MediaSettings,
    private readonly use: MediaUse,
    private readonly clock: Clock,
  ) {}

  /** The row first, the file afterwards: what is in the row can be repaired by the next upload of the same file. */
  async add(
    organizationId: string,
    { content, fileName }: { content: Buffer; fileName: string | null },
  ): Promise<{ asset: MediaAsset; isNew: boolean }> {
    const judged = judgeMedia(content, this.settings.maxBytes);
    const wanted = {
      ...judged,
      sha256: createHash('sha256').update(content).digest('hex'),
      bytes: content.length,
      fileName,
      storage: this.storage.kind,
    };
    for (;;) {
      const id = uuidV7();
      const asset = await this.database.transaction((tx) =>
        queries.noteAsset(tx, organizationId, { id, ...wanted }, this.storage.usable, this.clock.now()),
      );
      if (asset === undefined) throw new TypeError('an insert that updates on conflict returns a row');
      const key = mediaKey(organizationId, asset.id);
      const store = this.storage.of(asset.storage) ?? this.storage.current;
      await store.put(key, content, asset.contentType);
      const kept = await queries.findAsset(this.database.manager, organizationId, asset.id);
      if (kept !== undefined) return { asset, isNew: asset.id === id };
      // Somebody removed it meanwhile, perhaps before the file came. The next turn makes a new asset.
      await store.remove(key);
    }
  }

  async get(organizationId: string, id: string): Promise<MediaAsset> {
    const asset = await queries.findAsset(this.database.manager, organizationId, id);
    if (asset === undefined) throw notFound('media asset', id);
    return asset;
  }

  async list<Item extends { id: string }>(
    organizationId: string,
    { kind, ...query }: CursorQuery & { kind?: MediaKind },
    show: (asset: MediaAsset) => Item,
  ): Promise<Page<Item>> {
    const { manager } = this.database;
    return pageFrom(query, {
      rows: (place) => queries.listAssets(manager, organizationId, kind, place),
      count: () => queries.countAssets(manager, organizationId, kind),
      show,
    });
  }

  async read(
    organizationId: string,
    { id, storage, bytes }: { id: string; storage: StorageKind; bytes: number },
  ): Promise<Buffer> {
    const content = await this.storage.of(storage)?.read(mediaKey(organizationId, id), bytes);
    if (content !== undefined) return content;
    const detail = `The file of the media asset ${id} is missing from the storage. Upload it again.`;
    throw new DomainError('rule', 'media_file_missing', detail);
  }

  async remove(organizationId: string, id: string): Promise<void> {
    const removal = await this.database.transaction(async (tx) => {
      if (!(await queries.lockAsset(tx, organizationId, id))) throw notFound('media asset', id);
      const campaigns = await this.use.campaignNames(tx, organizationId, id);
      if (campaigns.length > 0) throw inUse(campaigns);
      return queries.beginRemoval(tx, id, this.clock.now());
    });
    if (removal !== undefined) await this.finish(removal);
  }

  /** The file first, the row afterwards: a process that dies in between leaves a row, and the row leads to the file. */
  async finish(removal: queries.Removal): Promise<void> {
    await this.storage.of(removal.storage)?.remove(mediaKey(removal.organizationId, removal.id));
    await queries.finishRemoval(this.database.manager, removal);
  }

  /**
   * Makes sure that all of them exist, and keeps them until the transaction ends: what is stored in it names files that
   * nobody removed in the meantime.
   */
  async hold(
    tx: EntityManager,
    organizationId: string,
    ids: readonly string[],
  ): Promise<ReadonlyMap<string, MediaKind>> {
    const held = new Map(
      (await queries.holdAssets(tx, organizationId, ids)).map(({ id, kind }) => [id, kind]),
    );
    const missing = ids.find((id) => !held.has(id));
    if (missing === undefined) return held;
    const detail = `There is no media asset ${missing}. Upload the file to /api/whatsapp/media first.`;
    throw new DomainError('rule', 'media_unknown', detail);
  }
}

function inUse(campaigns: readonly string[]): DomainError {
  const names = campaigns.slice(0, SHOWN_NAMES).map((name) => `"${name}"`);
  const more = campaigns.length > SHOWN_NAMES ? ` and ${campaigns.length - SHOWN_NAMES} more` : '';
  const detail = `Campaigns that have not ended send this file: ${names.join(', ')}${more}. Give them another one first.`;
  return new DomainError('conflict', 'media_in_use', detail);
}
