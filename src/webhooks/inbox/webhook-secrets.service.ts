import { Injectable } from '@nestjs/common';
import { WhatsappSettings } from '../../whatsapp/whatsapp-settings.js';
import { Cipher } from '../../platform/encryption/cipher.js';
import { SenderDirectory } from '../../senders/directory/sender-directory.service.js';
import { findSigner } from '../../whatsapp/parsing/verify-signature.js';

const FRESH_MS = 3_000;
/** A wrong signature makes us look for new secrets, but not more often than this. */
const LOOK_AGAIN_MS = 500;

/** By fingerprint. */
type Secrets = ReadonlyMap<string, string>;

/** The app secrets that may sign a webhook: the one from the environment, and those of all senders. */
@Injectable()
export class WebhookSecrets {
  private secrets: Secrets | undefined;
  private readAt = -Infinity;
  private reading: Promise<Secrets> | undefined;

  constructor(
    private readonly senders: SenderDirectory,
    private readonly cipher: Cipher,
    private readonly whatsapp: WhatsappSettings,
  ) {}

  /** The holder of this secret, the operator, may report about every sender. */
  get ofOperator(): string | undefined {
    const { appSecret } = this.whatsapp;
    return appSecret === undefined ? undefined : this.fingerprint(appSecret);
  }

  /** Can be stored beside an event and compared later without revealing the secret. */
  fingerprint(appSecret: string): string {
    return this.cipher.hash(`webhook app secret:${appSecret}`).slice(0, 16);
  }

  /**
   * The fingerprint of the secret that signed the body; undefined when none did. Checks the secrets as last read, so
   * that no request waits for the database. Only a body that none of them fits waits for a fresh read, because its
   * sender may have been created a moment ago.
   */
  async signerOf(
    body: Buffer,
    signature: string | readonly string[] | undefined,
  ): Promise<string | undefined> {
    const age = performance.now() - this.readAt;
    const known = this.secrets ?? (await this.read());
    if (age > FRESH_MS) this.read().catch(() => undefined);
    const signer = await findSigner(body, signature, known);
    if (signer !== undefined || age < LOOK_AGAIN_MS) return signer;
    // The known ones have been tried: a body under a wrong signature costs its size for each secret once.
    const added = [...(await this.read())].filter(([fingerprint]) => !known.has(fingerprint));
    return added.length === 0 ? undefined : findSigner(body, signature, added);
  }

  private read(): Promise<Secrets> {
    return (this.reading ??= this.readAll().finally(() => (this.reading = undefined)));
  }

  private async readAll(): Promise<Secrets> {
    const { appSecret } = this.whatsapp;
    const startedAt = performance.now();
    const ofSenders = await this.senders.appSecrets();
    const all = appSecret === undefined ? ofSenders : [appSecret, ...ofSenders];
    this.readAt = startedAt;
    return (this.secrets = new Map(all.map((secret) => [this.fingerprint(secret), secret])));
  }
}
