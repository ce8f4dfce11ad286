import { Integer, OneOf, Text, TextList } from '../../platform/http/fields.js';
import type { StoredImage } from './images.service.js';
import { IMAGE_WARNINGS, type ImageWarning } from './judge-image.js';

export class ImageSourceDto {
  @Text({
    min: 1,
    max: 2_000,
    example: 'https://shop.example/bali.jpg',
    description: 'A public http or https address, on port 80 or 443. The image is fetched once and stored',
  })
  sourceUrl!: string;
}

export class ImageDto {
  @Text({
    description: 'Put it into `imageUrl` or `imageUrls` of products',
    example: 'https://shop.example/media/0193…/3f9c….jpg',
  })
  url!: string;

  @Text({ description: 'Hash of the stored file, in hexadecimal' })
  sha256!: string;

  @Integer({ description: 'As the image is shown' })
  width!: number;

  @Integer()
  height!: number;

  @Integer({ description: 'Size of the stored file, without metadata' })
  bytes!: number;

  @OneOf(['image/jpeg', 'image/png'])
  contentType!: string;

  @TextList({
    in: IMAGE_WARNINGS,
    description:
      '`below_1024`: a side has fewer than 1024 pixels. `not_square`, `will_be_cropped`: the ratio is not 1:1, or outside 4:5 to 1.91:1. `not_public`: Meta cannot reach this address',
  })
  warnings!: ImageWarning[];

  static of({ url, sha256, width, height, bytes, contentType, warnings }: StoredImage): ImageDto {
    return { url, sha256, width, height, bytes, contentType, warnings };
  }
}
