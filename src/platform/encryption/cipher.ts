import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';

const NONCE = 12;
const TAG = 16;

/**
 * AES-256-GCM for what must be stored but never read by anyone with only a copy of the database. The context
 * (which row and field the secret belongs to) is authenticated with it: a ciphertext moved to another row,
 * for instance another organization's sender, does not open there.
 */
export class Cipher {
  constructor(private readonly key: Buffer) {
    if (key.length !== 32) throw new TypeError('the encryption key must have 32 bytes');
  }

  encrypt(plain: string, context: string): string {
    const nonce = randomBytes(NONCE);
    const cipher = createCipheriv('aes-256-gcm', this.key, nonce).setAAD(Buffer.from(context));
    const sealed = Buffer.concat([nonce, cipher.update(plain, 'utf8'), cipher.final(), cipher.getAuthTag()]);
    return `v1:${sealed.toString('base64')}`;
  }

  decrypt(stored: string, context: string): string {
    if (!stored.startsWith('v1:')) throw new TypeError('unknown form of a stored secret');
    const sealed = Buffer.from(stored.slice(3), 'base64');
    const decipher = createDecipheriv('aes-256-gcm', this.key, sealed.subarray(0, NONCE)).setAAD(
      Buffer.from(context),
    );
    decipher.setAuthTag(sealed.subarray(-TAG));
    return decipher.update(sealed.subarray(NONCE, -TAG), undefined, 'utf8') + decipher.final('utf8');
  }

  /** Tells two keys apart without saying anything about either: a wrong key is noticed at the start. */
  fingerprint(): string {
    return this.hash('drumbeat encryption key check');
  }

  /** A keyed hash: finds a value again without storing it, and without the key nobody can try out all numbers. */
  hash(value: string): string {
    return createHmac('sha256', this.key).update(value).digest('base64url');
  }
}
