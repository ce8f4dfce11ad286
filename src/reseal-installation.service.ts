import type { DataSource } from 'typeorm';
import { lockInstallation, storeInstallationKey } from './access/organizations/organizations.queries.js';
import { ConfigError } from './platform/config/environment.js';
import { adoptInstallationKey } from './platform/encryption/adopt-installation-key.js';
import type { Cipher } from './platform/encryption/cipher.js';
import { resealColumn, type Resealed, type SealedColumn } from './platform/encryption/reseal.service.js';
import { SEALED_ANSWERS } from './platform/idempotency/sealed-answers.queries.js';
import { SEALED_ENDPOINT_SECRETS } from './notifications/endpoints/sealed-secrets.queries.js';
import { SEALED_PAYMENT_ACCOUNTS } from './orders/payment-accounts/sealed-accounts.queries.js';
import { SEALED_CREDENTIALS } from './senders/accounts/sealed-credentials.queries.js';

/** Every column with sealed values. The hash key of the installation comes last, with the fingerprint. */
export const SEALED_COLUMNS: readonly SealedColumn[] = [
  ...SEALED_CREDENTIALS,
  ...SEALED_ENDPOINT_SECRETS,
  ...SEALED_PAYMENT_ACCOUNTS,
  SEALED_ANSWERS,
];

/**
 * Only when everything is sealed with the current key may a process start without the previous one. A value that neither
 * key opens may have been sealed with a third one that somebody still has: while there is one, nothing is concluded.
 */
export async function resealInstallation(source: DataSource, cipher: Cipher): Promise<Resealed[]> {
  const known = await source.transaction((tx) => lockInstallation(tx));
  if (known === undefined) throw new ConfigError(['DATABASE_URL: this database has not been set up yet']);
  adoptInstallationKey(cipher, known);
  const results: Resealed[] = [];
  for (const column of SEALED_COLUMNS) results.push(await resealColumn(source, cipher, column));
  if (results.some(({ unreadable }) => unreadable.length > 0)) return results;
  await source.transaction(async (tx) => {
    await lockInstallation(tx);
    const encryptionKeyCheck = cipher.fingerprint();
    await storeInstallationKey(tx, { encryptionKeyCheck, hashKeySealed: cipher.sealedHashKey() });
  });
  return results;
}
