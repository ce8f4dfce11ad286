import { randomBytes } from 'node:crypto';
import type { Config } from '../config/config.js';
import { readOrCreateSecret } from '../config/secrets.js';
import { Cipher } from './cipher.js';

type KeySettings = Pick<Config, 'encryptionKey' | 'previousEncryptionKey' | 'dataDir'>;

/** The key from the environment, else the one in the data directory, which is created if there is none. */
export function cipherOf({ encryptionKey, previousEncryptionKey, dataDir }: KeySettings): Cipher {
  const makeKey = (): string => randomBytes(32).toString('base64');
  const current =
    encryptionKey ?? Buffer.from(readOrCreateSecret(dataDir, 'encryption-key', makeKey), 'base64');
  return new Cipher(current, previousEncryptionKey);
}
