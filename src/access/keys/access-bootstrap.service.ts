import { Injectable, type OnModuleInit } from '@nestjs/common';
import { join } from 'node:path';
import { Clock } from '../../platform/clock/clock.js';
import { Config } from '../../platform/config/config.js';
import { readOrCreateSecret, readSecret } from '../../platform/config/secrets.js';
import { Database } from '../../platform/database/database.js';
import { adoptInstallationKey } from '../../platform/encryption/adopt-installation-key.js';
import { Cipher } from '../../platform/encryption/cipher.js';
import { uuidV7 } from '../../rules/ids/uuid-v7.js';
import { Logger } from '../../platform/logging/logger.js';
import { insertInstallation, lockInstallation } from '../organizations/organizations.queries.js';
import { bootstrapKeyHashes, revokeOtherBootstrapKeys, upsertBootstrapKey } from './keys.queries.js';
import { hashKey, newKey, prefixOf } from './key-format.js';
import { Organization } from '../organizations/organization.entity.js';

export const ADMIN_KEY_FILE = 'admin-api-key';

/** Creates the first organization and its key, once per installation, and checks that every process matches it. */
@Injectable()
export class AccessBootstrap implements OnModuleInit {
  private defaultOrganization: string | undefined;

  constructor(
    private readonly database: Database,
    private readonly cipher: Cipher,
    private readonly clock: Clock,
    private readonly config: Config,
    private readonly logger: Logger,
  ) {}

  /** The organization that the settings in the environment belong to. */
  get defaultOrganizationId(): string {
    if (this.defaultOrganization === undefined) throw new TypeError('the module is not initialized yet');
    return this.defaultOrganization;
  }

  async onModuleInit(): Promise<void> {
    const encryptionKeyCheck = this.cipher.fingerprint();
    this.defaultOrganization = await this.database.transaction(async (tx) => {
      const now = this.clock.now();
      const known = await lockInstallation(tx);
      if (known !== undefined && adoptInstallationKey(this.cipher, known) === 'previous') {
        const text =
          'stored secrets are still sealed with ENCRYPTION_KEY_PREVIOUS: run npm run keys:reseal before it goes';
        this.logger.warn(text);
      }
      let organizationId = known?.organizationId;
      if (organizationId === undefined) {
        organizationId = uuidV7();
        await tx.insert(Organization, { id: organizationId, name: 'Default organization', createdAt: now });
        await insertInstallation(tx, { organizationId, encryptionKeyCheck });
      }
      const key = this.adminKey(await bootstrapKeyHashes(tx));
      if (key !== undefined) {
        const keyHash = hashKey(key);
        // An operator who sets another key expects the old one to stop working.
        if (this.config.adminApiKey !== undefined) await revokeOtherBootstrapKeys(tx, keyHash, now);
        await upsertBootstrapKey(tx, {
          id: uuidV7(),
          organizationId,
          keyHash,
          prefix: prefixOf(key),
          now,
        });
      }
      return organizationId;
    });
  }

  /** From the environment, else from the data directory. Creates one only when the installation has none at all. */
  private adminKey(knownHashes: string[]): string | undefined {
    if (this.config.adminApiKey !== undefined) return this.config.adminApiKey;
    const stored = readSecret(join(this.config.dataDir, ADMIN_KEY_FILE));
    if (stored !== undefined || knownHashes.length === 0) {
      return stored ?? readOrCreateSecret(this.config.dataDir, ADMIN_KEY_FILE, newKey);
    }
    this.logger.warn(
      'this data directory does not hold the admin key of the installation; the original key stays valid',
    );
    return undefined;
  }
}
