import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';

const NONCE = 12;
const TAG = 16;
const KEY_ID_LENGTH = 8;
/** From before values named their key. */
const WITHOUT_KEY_ID = /^v1:/;
const WITH_KEY_ID = /^v2:([\w-]{8}):/;

/**
 * AES-256-GCM for secrets that a copy of the database alone must not reveal. The context (the row and field that the
 * secret belongs to) is authenticated with it: a ciphertext moved to another row, for instance another organization's
 * sender, does not open there. Seals with the current key, and opens what the previous one has sealed too.
 */
export class Cipher {
  /** Every value sealed with the current key starts with it. */
  readonly sealPrefix: string;
  /** The current one first. */
  private readonly keys: readonly { id: string; key: Buffer }[];
  private hashKey: Buffer;

  constructor(
    private readonly key: Buffer,
    previous?: Buffer,
  ) {
    const keys = previous === undefined ? [key] : [key, previous];
    if (keys.some(({ length }) => length !== 32))
      throw new TypeError('the encryption key must have 32 bytes');
    this.keys = keys.map((one) => ({ id: keyId(one), key: one }));
    this.sealPrefix = `v2:${keyId(key)}:`;
    this.hashKey = key;
  }

  encrypt(plain: string, context: string): string {
    const nonce = randomBytes(NONCE);
    const cipher = createCipheriv('aes-256-gcm', this.key, nonce).setAAD(Buffer.from(context));
    const sealed = Buffer.concat([nonce, cipher.update(plain, 'utf8'), cipher.final(), cipher.getAuthTag()]);
    return this.sealPrefix + sealed.toString('base64');
  }

  decrypt(stored: string, context: string): string {
    const id = WITH_KEY_ID.exec(stored)?.[1];
    if (id === undefined && !WITHOUT_KEY_ID.test(stored))
      throw new TypeError('unknown form of a stored secret');
    const keys = id === undefined ? this.keys : this.keys.filter((one) => one.id === id);
    const sealed = Buffer.from(stored.slice(stored.lastIndexOf(':') + 1), 'base64');
    let failure: unknown = new TypeError(
      'a stored secret was sealed with a key that this process does not have',
    );
    for (const { key } of keys) {
      try {
        return open(key, sealed, context);
      } catch (error) {
        failure = error;
      }
    }
    throw failure;
  }

  /** Tells two keys apart without revealing either: a wrong key is noticed at the start. */
  fingerprint(): string {
    return fingerprintOf(this.key);
  }

  /** Undefined: this process does not have the key with this fingerprint. */
  keyWith(fingerprint: string): 'current' | 'previous' | undefined {
    const at = this.keys.findIndex(({ key }) => fingerprintOf(key) === fingerprint);
    return at === -1 ? undefined : at === 0 ? 'current' : 'previous';
  }

  /**
   * A keyed hash: finds a value without storing it, and without the key the numbers cannot be tried out one by one.
   */
  hash(value: string): string {
    return hmac(this.hashKey, value);
  }

  /** A key for one purpose. Like the hashes, it outlives a change of the encryption key. */
  derivedKey(purpose: string): Buffer {
    return createHmac('sha256', this.hashKey).update(purpose).digest();
  }

  /** Hashes stay the same when the encryption key changes: `sealed` is the key they were begun with. */
  useHashKey(sealed: string): void {
    this.hashKey = Buffer.from(this.decrypt(sealed, HASH_KEY), 'base64');
  }

  usePreviousForHashes(): void {
    this.hashKey = this.keys[1]?.key ?? this.key;
  }

  sealedHashKey(): string {
    return this.encrypt(this.hashKey.toString('base64'), HASH_KEY);
  }
}

const HASH_KEY = 'installation:hash_key';

function open(key: Buffer, sealed: Buffer, context: string): string {
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, NONCE)).setAAD(
    Buffer.from(context),
  );
  decipher.setAuthTag(sealed.subarray(-TAG));
  return decipher.update(sealed.subarray(NONCE, -TAG), undefined, 'utf8') + decipher.final('utf8');
}

function hmac(key: Buffer, value: string): string {
  return createHmac('sha256', key).update(value).digest('base64url');
}

function fingerprintOf(key: Buffer): string {
  return hmac(key, 'drumbeat encryption key check');
}

/** Not a part of the fingerprint that the database has: the two serve different ends. */
function keyId(key: Buffer): string {
  return hmac(key, 'drumbeat key id').slice(0, KEY_ID_LENGTH);
}
