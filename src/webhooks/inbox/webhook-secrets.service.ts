import { Inject, Injectable } from '@nestjs/common';
import type { Config } from '../../platform/config/config.js';
import { CONFIG } from '../../platform/config/config.module.js';
import { Cipher } from '../../platform/encryption/cipher.js';
import { SenderDirectory } from '../../senders/directory/sender-directory.service.js';
import { verifySignature } from '../../whatsapp/parsing/verify-signature.js';

const FRESH_MS = 3_000;
/** Wrong signatures make us look for new secrets, but not more often than this. */
const LOOK_AGAIN_MS = 500;

/** By fingerprint. */
type Secrets = ReadonlyMap<string, string>;

/** The app secrets that may sign a webhook: the one of the environment, and those of all senders. */
@Injectable()
export class WebhookSecrets {
  private secrets: Secrets | undefined;
  private readAt = -Infinity;
  private reading: Promise<Secrets> | undefined;

  constructor(
    private readonly senders: SenderDirectory,
    private readonly cipher: Cipher,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** Who holds this secret speaks for every sender: it is the operator's. */
  get ofOperator(): string | undefined {
    const { appSecret } = this.config.whatsapp;
    return appSecret === undefined ? undefined : this.fingerprint(appSecret);
  }

  /** What can be stored beside an event and compared later, without telling the secret. */
  fingerprint(appSecret: string): string {
    return this.cipher.hash(`webhook app secret:${appSecret}`).slice(0, 16);
  }

  /**
   * The fingerprint of the secret that signed; undefined when none did. Judged with the secrets as last read, so
   * that no request waits for the database; only what they do not fit waits for a new look, because its sender may
   * have been made a moment ago.
   */
  async signerOf(
    body: Buffer,
    signature: string | readonly string[] | undefined,
  ): Promise<string | undefined> {
    const age = performance.now() - this.readAt;
    const known = this.secrets ?? (await this.read());
    if (age > FRESH_MS) this.read().catch(() => undefined);
    const signer = signerAmong(known, body, signature);
    if (signer !== undefined || age < LOOK_AGAIN_MS) return signer;
    return signerAmong(await this.read(), body, signature);
  }

  private read(): Promise<Secrets> {
    return (this.reading ??= this.readAll().finally(() => (this.reading = undefined)));
  }

  private async readAll(): Promise<Secrets> {
    const { appSecret } = this.config.whatsapp;
    const startedAt = performance.now();
    const ofSenders = await this.senders.appSecrets();
    const all = appSecret === undefined ? ofSenders : [appSecret, ...ofSenders];
    this.readAt = startedAt;
    return (this.secrets = new Map(all.map((secret) => [this.fingerprint(secret), secret])));
  }
}

function signerAmong(
  secrets: Secrets,
  body: Buffer,
  signature: string | readonly string[] | undefined,
): string | undefined {
  if (!verifySignature(body, signature, [...secrets.values()])) return undefined;
  if (secrets.size === 1) return secrets.keys().next().value;
  return [...secrets].find(([, secret]) => verifySignature(body, signature, [secret]))?.[0];
}
