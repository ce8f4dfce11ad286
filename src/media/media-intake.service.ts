import { Injectable } from '@nestjs/common';
import { readUpload, type Upload } from '../platform/http/upload.js';
import { DomainError } from '../rules/errors/domain-error.js';
import { mediaTooLarge } from './judge-media.js';
import type { MediaAsset } from './media-asset.entity.js';
import { MediaAssets } from './media-assets.service.js';
import { MediaSettings } from './media-settings.js';

/** Each holds its file in memory. */
const AT_ONCE = 6;
/** So that one organization with slow uploads does not keep the others waiting. */
const AT_ONCE_EACH = 2;

/** Reads uploads, a few at a time. */
@Injectable()
export class MediaIntake {
  /** The organization of each upload under way. */
  private readonly running: string[] = [];

  constructor(
    private readonly assets: MediaAssets,
    private readonly settings: MediaSettings,
  ) {}

  async take(organizationId: string, upload: Upload): Promise<{ asset: MediaAsset; isNew: boolean }> {
    this.admit(organizationId);
    try {
      const { maxBytes } = this.settings;
      const content = await readUpload(upload, maxBytes, () => mediaTooLarge(maxBytes));
      return await this.assets.add(organizationId, { content, fileName: shownName(upload.fileName) });
    } finally {
      this.running.splice(this.running.indexOf(organizationId), 1);
    }
  }

  private admit(organizationId: string): void {
    const own = this.running.filter((id) => id === organizationId).length;
    if (own >= AT_ONCE_EACH || this.running.length >= AT_ONCE) {
      const detail = 'Too many files are being uploaded at once. Retry when one of them has arrived.';
      throw new DomainError('unavailable', 'media_busy', detail, { retryAfterSeconds: 2 });
    }
    this.running.push(organizationId);
  }
}

/** Without what a file system or a terminal would read into it. */
function shownName(name: string | null): string | null {
  const plain = name?.replaceAll(/[\p{Cc}\p{Cs}/\\]/gu, ' ').trim() ?? '';
  return plain === '' ? null : plain.slice(-255);
}
