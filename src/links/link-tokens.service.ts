import { Injectable } from '@nestjs/common';
import { Cipher } from '../platform/encryption/cipher.js';
import { LINK_KEY, linkToken, type LinkTarget, readLinkToken } from './link-token.js';

/**
 * Makes and reads the ends of tracked addresses. Their key comes from the one that the hashes of the installation were
 * begun with, so links in phones work on after a change of ENCRYPTION_KEY.
 */
@Injectable()
export class LinkTokens {
  constructor(private readonly cipher: Cipher) {}

  token(target: LinkTarget): string {
    return linkToken(target, this.key);
  }

  /** Undefined: this installation has not made it. */
  read(token: string): LinkTarget | undefined {
    return readLinkToken(token, this.key);
  }

  /** Not remembered: the process learns the key of its hashes after this object is made. */
  private get key(): Buffer {
    return this.cipher.derivedKey(LINK_KEY);
  }
}
