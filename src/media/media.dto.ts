import { Instant, Integer, NestedList, OneOf, Text, Uuid } from '../platform/http/fields.js';
import { CursorQuery, PageDto } from '../platform/http/paging.js';
import { MEDIA_KINDS, type MediaKind } from './judge-media.js';
import type { MediaAsset } from './media-asset.entity.js';

export class MediaQuery extends CursorQuery {
  @OneOf(MEDIA_KINDS, { optional: true })
  kind?: MediaKind;
}

export class MediaAssetDto {
  @Uuid({ description: 'Campaigns name the file by it: `{"header": {"asset": "<id>"}}`' })
  id!: string;

  @Text({ description: 'Hash of the file, in hexadecimal' })
  sha256!: string;

  @OneOf(MEDIA_KINDS, { description: 'Decided by the bytes of the file' })
  kind!: MediaKind;

  @Text({ example: 'image/jpeg' })
  contentType!: string;

  @Integer({ example: 241823 })
  bytes!: number;

  @Text({ nullable: true, example: 'offer.pdf', description: 'A document shows it to the customer' })
  fileName!: string | null;

  @Instant()
  createdAt!: string;

  static of({ id, sha256, kind, contentType, bytes, fileName, createdAt }: MediaAsset): MediaAssetDto {
    return { id, sha256, kind, contentType, bytes, fileName, createdAt: createdAt.toISOString() };
  }
}

export class MediaPageDto extends PageDto {
  @NestedList(() => MediaAssetDto)
  data!: MediaAssetDto[];
}
