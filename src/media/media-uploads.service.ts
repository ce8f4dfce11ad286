import { setTimeout as delay } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { Clock } from '../platform/clock/clock.js';
import { Database } from '../platform/database/database.js';
import { DomainError } from '../rules/errors/domain-error.js';
import { uuidV7 } from '../rules/ids/uuid-v7.js';
import { MediaClient } from '../whatsapp/media/media.client.js';
import type { MediaKind } from './judge-media.js';
import { MediaAssets } from './media-assets.service.js';
import * as queries from './media-uploads.queries.js';

/** The number that sends, as its credentials name it. */
export interface SendingNumber {
  senderId: string;
  phoneNumberId: string;
  accessToken: string;
}

/** A file as a message of one number names it. */
export interface UploadedMedia {
  id: string;
  kind: MediaKind;
  fileName: string | null;
}

interface KnownMedia {
  /** Infinity: it is being looked up. */
  until: number;
  media: Promise<UploadedMedia>;
}

const HOUR_MS = 3_600_000;
/** Meta keeps an upload for 30 days. */
const LIFE_MS = 30 * 24 * HOUR_MS;
/** An id in use lives at least this long, so that no slice begins with one that dies on the way. */
const SPARE_MS = 24 * HOUR_MS;
/** Longer than the upload of the largest file may take. */
const LEASE_MS = 150_000;
const LOOK_MS = 100;
/** For how long one look-up serves: another process may have renewed the id meanwhile. */
const FRESH_MS = 5_000;
const MOST_KNOWN = 10_000;

/**
 * The ids under which Meta keeps our files, one for each number. The caller that finds an id missing or about to expire
 * claims the upload in its row; all others wait for that upload, in this process and in every other one.
 */
@Injectable()
export class MediaUploads {
  private readonly known = new Map<string, KnownMedia>();

  constructor(
    private readonly database: Database,
    private readonly assets: MediaAssets,
    private readonly client: MediaClient,
    private readonly clock: Clock,
  ) {}

  /** Uploads the file if this number has no id for it that lives another day. */
  async uploadedId(organizationId: string, number: SendingNumber, assetId: string): Promise<UploadedMedia> {
    const key = keyOf(number, assetId);
    // Business time: a clock that was moved must not leave an id in use that has expired meanwhile.
    const now = this.clock.now().getTime();
    const known = this.known.get(key);
    if (known !== undefined && known.until > now) return known.media;
    if (this.known.size >= MOST_KNOWN) this.makeRoom();
    // One look-up at a time: while an upload is under way, all in this process wait for it together.
    const entry = { until: Infinity, media: this.find(organizationId, number, assetId) };
    this.known.set(key, entry);
    entry.media.then(
      () => {
        entry.until = this.clock.now().getTime() + FRESH_MS;
      },
      () => {
        this.drop(key, entry);
      },
    );
    return entry.media;
  }

  /** Meta has refused a message because it does not know this id. */
  async forget(number: SendingNumber, assetId: string, metaMediaId: string): Promise<void> {
    const place = { assetId, senderId: number.senderId };
    await queries.forgetUpload(this.database.manager, place, metaMediaId, this.clock.now());
    const key = keyOf(number, assetId);
    const entry = this.known.get(key);
    const media = await entry?.media.catch(() => undefined);
    if (entry !== undefined && media?.id === metaMediaId) this.drop(key, entry);
  }

  /** A newer look-up stays. */
  private drop(key: string, entry: KnownMedia): void {
    if (this.known.get(key) === entry) this.known.delete(key);
  }

  private makeRoom(): void {
    for (const [key, { until }] of this.known) if (until !== Infinity) this.known.delete(key);
  }

  private async find(organizationId: string, number: SendingNumber, assetId: string): Promise<UploadedMedia> {
    const place = { assetId, senderId: number.senderId };
    for (;;) {
      const state = await queries.uploadState(this.database.manager, organizationId, place);
      if (state === undefined) throw unknownAsset(assetId);
      const usable = this.usableAfter(state, SPARE_MS);
      if (usable !== undefined) return usable;
      const claim = this.claimOf(place);
      if (await queries.claimUpload(this.database.manager, claim))
        return this.upload(organizationId, number, claim, state);
      const waited = await this.waitFor(organizationId, place);
      if (waited !== undefined) return waited;
    }
  }

  private claimOf(place: queries.Place): queries.Claim {
    const now = this.clock.now();
    const after = (ms: number): Date => new Date(now.getTime() + ms);
    return { ...place, attempt: uuidV7(), now, leaseUntil: after(LEASE_MS), freshUntil: after(SPARE_MS) };
  }

  private async upload(
    organizationId: string,
    { phoneNumberId, accessToken: token }: SendingNumber,
    claim: queries.Claim,
    state: queries.UploadState,
  ): Promise<UploadedMedia> {
    try {
      const { kind, contentType, fileName } = state;
      const content = await this.assets.read(organizationId, { ...state, id: claim.assetId });
      const file = { name: fileName ?? `${kind}.bin`, contentType, content };
      const id = await this.client.upload({ phoneNumberId, token }, file);
      const expiresAt = new Date(claim.now.getTime() + LIFE_MS);
      await queries.storeUpload(this.database.manager, claim, {
        metaMediaId: id,
        uploadedAt: claim.now,
        expiresAt,
      });
      return { id, kind, fileName };
    } catch (error) {
      const failure = error instanceof Error ? error.message : 'unknown';
      await queries.failUpload(this.database.manager, claim, failure.slice(0, 2_000));
      // An id that cannot be renewed today is good for as long as it lives.
      const old = error instanceof DomainError ? this.usableAfter(state, 0) : undefined;
      if (old !== undefined) return old;
      throw error;
    }
  }

  /** Undefined: the process that had claimed the upload is gone, or what it stored has expired already. */
  private async waitFor(organizationId: string, place: queries.Place): Promise<UploadedMedia | undefined> {
    for (;;) {
      const state = await queries.uploadState(this.database.manager, organizationId, place);
      if (state === undefined) throw unknownAsset(place.assetId);
      const isUnderWay = state.leaseUntil !== null && state.leaseUntil > this.clock.now();
      if (!isUnderWay) {
        const usable = this.usableAfter(state, SPARE_MS) ?? this.usableAfter(state, 0);
        if (usable !== undefined || state.failure === null) return usable;
        throw new DomainError('unavailable', 'media_upload_failed', state.failure, { retryAfterSeconds: 30 });
      }
      await delay(LOOK_MS);
    }
  }

  private usableAfter(
    { metaMediaId, expiresAt, kind, fileName }: queries.UploadState,
    spareMs: number,
  ): UploadedMedia | undefined {
    if (metaMediaId === null || expiresAt === null) return undefined;
    const isAlive = expiresAt.getTime() > this.clock.now().getTime() + spareMs;
    return isAlive ? { id: metaMediaId, kind, fileName } : undefined;
  }
}

const keyOf = ({ senderId }: SendingNumber, assetId: string): string => `${senderId} ${assetId}`;

function unknownAsset(id: string): DomainError {
  const detail = `There is no media asset ${id}: it was removed. Give the message another file.`;
  return new DomainError('rule', 'media_unknown', detail);
}
