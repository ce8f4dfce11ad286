import { MIGRATIONS } from '../migrations/all.js';
import { resealInstallation } from './reseal-installation.service.js';
import { ConfigError } from './platform/config/environment.js';
import { createDataSource } from './platform/database/data-source.js';
import { migrate } from './platform/database/migrate.js';
import { cipherOf } from './platform/encryption/cipher-of-config.js';
import { loadSettings } from './settings.js';

const SHOWN = 20;
const NOT_DONE =
  'Not done: keep ENCRYPTION_KEY_PREVIOUS. If there is a third key, reseal from that one first. Otherwise enter the ' +
  'credentials of these senders again, or delete the senders; stored answers go within a day. Then run this again.';

/** `npm run keys:reseal`: seals all stored secrets with ENCRYPTION_KEY, so that the previous key can go. */
async function reseal(): Promise<void> {
  const { config } = loadSettings(process.env);
  if (config.databaseUrl === undefined) throw new ConfigError(['DATABASE_URL: is needed here']);
  if (config.previousEncryptionKey === undefined) {
    throw new ConfigError(['ENCRYPTION_KEY_PREVIOUS: is needed here: the key that ENCRYPTION_KEY replaces']);
  }
  await migrate(config.databaseUrl, MIGRATIONS);
  const source = await createDataSource({ url: config.databaseUrl, poolSize: 1 }).initialize();
  const lost: string[] = [];
  try {
    for (const { name, resealed, unreadable } of await resealInstallation(source, cipherOf(config))) {
      console.log(`${name}: ${resealed} sealed with the new key`);
      if (unreadable.length === 0) continue;
      lost.push(`${name}: neither key opens ${unreadable.length}: ${unreadable.slice(0, SHOWN).join(', ')}`);
    }
  } finally {
    await source.destroy();
  }
  if (lost.length > 0) throw new ConfigError([...lost, NOT_DONE]);
  console.log('Done. Restart all processes without ENCRYPTION_KEY_PREVIOUS, and destroy the previous key.');
}

try {
  await reseal();
} catch (error) {
  console.error(error instanceof ConfigError ? error.message : error);
  process.exit(1);
}
