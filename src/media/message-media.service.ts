import { Injectable } from '@nestjs/common';
import { DomainError } from '../rules/errors/domain-error.js';
import { MediaUploads, type SendingNumber, type UploadedMedia } from './media-uploads.service.js';
import { filesIn, withIds } from './message-files.js';

/** The components as one number sends them, and the files that they name. */
export interface FilledComponents {
  components: readonly object[];
  files: readonly { asset: string; id: string }[];
}

/** What each format of a header takes: WhatsApp plays short films as moving pictures. */
const KIND_OF: Readonly<Record<string, string>> = {
  image: 'image',
  video: 'video',
  gif: 'video',
  document: 'document',
};

/** Puts the ids of uploads where a message names files of ours. */
@Injectable()
export class MessageMedia {
  constructor(private readonly uploads: MediaUploads) {}

  async fill(
    organizationId: string,
    number: SendingNumber,
    components: readonly object[],
  ): Promise<FilledComponents> {
    const named = filesIn(components);
    if (named.length === 0) return { components, files: [] };
    const ids = new Map<string, UploadedMedia>();
    for (const { asset, format } of named) {
      const file = ids.get(asset) ?? (await this.uploads.uploadedId(organizationId, number, asset));
      assertFits(asset, format, file.kind);
      ids.set(asset, file);
    }
    const idOf = (asset: string): UploadedMedia => {
      const file = ids.get(asset);
      if (file === undefined) throw new TypeError(`the asset ${asset} was not looked up`);
      return file;
    };
    return {
      components: withIds(components, idOf),
      files: [...ids].map(([asset, { id }]) => ({ asset, id })),
    };
  }

  /** Meta has refused these ids, so the next message gets new ones. */
  async forget(number: SendingNumber, files: FilledComponents['files']): Promise<void> {
    for (const { asset, id } of files) await this.uploads.forget(number, asset, id);
  }
}

/** A picture in the place of a film would be refused by Meta, message by message. */
export function assertFits(asset: string, format: string, kind: string): void {
  if (KIND_OF[format] === kind) return;
  const detail = `The media asset ${asset} is of kind ${kind}, and the template needs a ${format} in its place.`;
  throw new DomainError('rule', 'media_type', detail);
}
