import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { join } from 'node:path';
import { Clock } from '../../platform/clock/clock.js';
import { type Config, ConfigError } from '../../platform/config/config.js';
import { CONFIG } from '../../platform/config/config.module.js';
import { readOrCreateSecret, readSecret } from '../../platform/config/secrets.js';
import { Database } from '../../platform/database/database.js';
import { Cipher } from '../../platform/encryption/cipher.js';
import { uuidV7 } from '../../rules/ids/uuid-v7.js';
import type { Logger } from '../../platform/logging/logger.js';
import { LOGGER } from '../../platform/logging/logging.module.js';
import * as queries from '../organizations/organizations.queries.js';
import { hashKey, newKey, prefixOf } from './key-format.js';
import { Organization } from '../organizations/organization.entity.js';

export const ADMIN_KEY_FILE = 'admin-api-key';

/** Makes the first organization and its key, once for an installation, and sees that every process fits to it. */
@Injectable()
export class AccessBootstrap implements OnModuleInit {
  private defaultOrganization: string | undefined;

  constructor(
    private readonly database: Database,
    private readonly cipher: Cipher,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) private readonly logger: Logger,
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
      const known = await queries.lockInstallation(tx);
      if (known !== undefined && known.encryptionKeyCheck !== encryptionKeyCheck) {
        throw new ConfigError([
          'ENCRYPTION_KEY: is not the one this database was set up with; stored access tokens could not be read',
        ]);
      }
      let organizationId = known?.organizationId;
      if (organizationId === undefined) {
        organizationId = uuidV7();
        await tx.insert(Organization, { id: organizationId, name: 'Default organization', createdAt: now });
        await queries.insertInstallation(tx, { organizationId, encryptionKeyCheck });
      }
      const key = this.adminKey(await queries.bootstrapKeyHashes(tx));
      if (key !== undefined) {
        const keyHash = hashKey(key);
        // An operator who sets another key wants the old one to be dead.
        if (this.config.adminApiKey !== undefined) await queries.revokeOtherBootstrapKeys(tx, keyHash, now);
        await queries.upsertBootstrapKey(tx, {
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

  /** From the environment, else from the data directory; a new one only when this installation has none at all. */
  private adminKey(knownHashes: string[]): string | undefined {
    if (this.config.adminApiKey !== undefined) return this.config.adminApiKey;
    const stored = readSecret(join(this.config.dataDir, ADMIN_KEY_FILE));
    if (stored !== undefined || knownHashes.length === 0) {
      return stored ?? readOrCreateSecret(this.config.dataDir, ADMIN_KEY_FILE, newKey);
    }
    this.logger.warn(
      'this data directory does not hold the admin key of the installation; the one made first stays valid',
    );
    return undefined;
  }
}
