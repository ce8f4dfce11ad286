import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Config } from '../config/config.js';
import { Logger } from '../logging/logger.js';
import { OutboundClient } from '../outbound/outbound.client.js';
import { isPublicUrl } from '../outbound/public-url.js';
import { BucketStore } from './bucket-store.client.js';
import { DiskStore } from './disk-store.service.js';
import type { FileStore } from './file-store.js';
import { StorageSettings } from './storage-settings.js';

export type StorageKind = 'disk' | 's3';

/** The store for new files, and the ones that older files lie in. */
@Injectable()
export class FileStorage implements OnApplicationBootstrap {
  /** Where new files go. */
  readonly kind: StorageKind;
  private readonly bucket: BucketStore | undefined;

  constructor(
    private readonly settings: StorageSettings,
    private readonly config: Config,
    readonly disk: DiskStore,
    outbound: OutboundClient,
    private readonly logger: Logger,
  ) {
    this.bucket =
      settings.bucket === undefined ? undefined : new BucketStore(settings.bucket, outbound, logger);
    this.kind = this.bucket === undefined ? 'disk' : 's3';
  }

  /** Undefined if the operator has taken the bucket out of the settings. */
  of(kind: StorageKind): FileStore | undefined {
    return kind === 'disk' ? this.disk : this.bucket;
  }

  /** Where new files go. */
  get current(): FileStore {
    return this.bucket ?? this.disk;
  }

  get bytesPerOrganization(): number {
    return this.settings.bytesPerOrganization;
  }

  get usable(): StorageKind[] {
    return this.bucket === undefined ? ['disk'] : ['disk', 's3'];
  }

  /** Whether Meta can fetch what lies there. */
  isPublic(store: FileStore): boolean {
    return isPublicUrl(store.urlOf('folder/file'));
  }

  /** An address that nobody outside can open is easily overlooked. */
  onApplicationBootstrap(): void {
    if (this.config.role === 'worker') return;
    const addresses = { PUBLIC_URL: this.config.publicUrl, S3_PUBLIC_URL: this.settings.bucket?.publicUrl };
    for (const [setting, url] of Object.entries(addresses)) {
      if (url === undefined || isPublicUrl(url)) continue;
      this.logger.warn({ url }, `${setting} is not a public https address: Meta cannot fetch images from it`);
    }
  }
}
