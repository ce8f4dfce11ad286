import { Injectable } from '@nestjs/common';
import { OutboundClient } from '../../platform/outbound/outbound.client.js';
import { OutboundError } from '../../platform/outbound/outbound-error.js';
import { readUpload, type Upload } from '../../platform/http/upload.js';
import { DomainError } from '../../rules/errors/domain-error.js';
import { imageTooLarge, MAX_IMAGE_BYTES } from './judge-image.js';

const TIMEOUT_MS = 10_000;
const RULES = { schemes: ['https', 'http'], ports: [80, 443], redirects: 3 } as const;

/** Gets the bytes of an image, from an upload or from an address. */
@Injectable()
export class ImageSource {
  constructor(private readonly outbound: OutboundClient) {}

  async read(upload: Upload): Promise<Buffer> {
    return readUpload(upload, MAX_IMAGE_BYTES, imageTooLarge);
  }

  /** The only place where the product fetches from an address that a caller gave. Sends neither cookies nor keys. */
  async fetch(url: string): Promise<Buffer> {
    const request = {
      method: 'GET',
      url,
      headers: { accept: 'image/jpeg, image/png' },
      timeoutMs: TIMEOUT_MS,
      maxBytes: MAX_IMAGE_BYTES,
    } as const;
    const answer = await this.outbound.sendGuarded(request, RULES).catch((error: unknown) => {
      if (!(error instanceof OutboundError)) throw error;
      throw error.failure === 'answer_too_large' ? imageTooLarge() : unreadable(error.message);
    });
    if (answer.status !== 200) throw unreadable(`The server answered ${answer.status}.`);
    return answer.body;
  }
}

function unreadable(why: string): DomainError {
  return new DomainError('rule', 'source_not_readable', `The image cannot be fetched. ${why}`);
}
