import { ConfigError } from '../config/environment.js';
import type { Cipher } from './cipher.js';

/** What the database says about the key that its secrets are sealed with. */
export interface InstallationKey {
  /** The fingerprint of the key under which all secrets can be opened. */
  encryptionKeyCheck: string;
  hashKeySealed: string | null;
}

/**
 * Gives the cipher the hash key of the installation. `previous`: the secrets have not been sealed with the current key
 * yet, or not all of them.
 */
export function adoptInstallationKey(
  cipher: Cipher,
  { encryptionKeyCheck, hashKeySealed }: InstallationKey,
): 'current' | 'previous' {
  const which = cipher.keyWith(encryptionKeyCheck);
  if (which === undefined) {
    throw new ConfigError([
      'ENCRYPTION_KEY: is not the key this database was set up with; stored access tokens would be unreadable. ' +
        'To change it, set ENCRYPTION_KEY_PREVIOUS to the old one and run: npm run keys:reseal',
    ]);
  }
  if (hashKeySealed !== null) cipher.useHashKey(hashKeySealed);
  else if (which === 'previous') cipher.usePreviousForHashes();
  return which;
}
