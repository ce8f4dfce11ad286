import { DomainError } from '../../rules/errors/domain-error.js';
import type { CleanImage } from './clean-image.js';
import { cleanJpeg } from './clean-jpeg.js';
import { cleanPng } from './clean-png.js';

/** What WhatsApp takes for a catalog. */
export const MAX_IMAGE_BYTES = 8 * 1024 * 1024;
const MIN_SIDE = 500;
const MAX_PIXELS = 50_000_000;
/** From here on Meta shows an image sharply, and within these ratios uncropped. */
const GOOD_SIDE = 1024;
const TALLEST = 4 / 5;
const WIDEST = 1.91;

export const IMAGE_WARNINGS = ['below_1024', 'not_square', 'will_be_cropped', 'not_public'] as const;
export type ImageWarning = (typeof IMAGE_WARNINGS)[number];

export interface JudgedImage {
  contentType: CleanImage['contentType'];
  /** As it is shown. */
  width: number;
  height: number;
  /** Without metadata. */
  bytes: Buffer;
}

/** What a file is shows in its bytes, whatever its name and type say. */
export function judgeImage(file: Buffer): JudgedImage {
  if (file.length > MAX_IMAGE_BYTES) throw imageTooLarge();
  const image = cleanJpeg(file) ?? cleanPng(file);
  if (image === undefined) {
    const detail = 'The file is not a complete JPEG or PNG image, or it is something else as well.';
    throw new DomainError('unsupported-media', 'not_an_image', detail);
  }
  const isLying = image.orientation >= 5;
  const width = isLying ? image.height : image.width;
  const height = isLying ? image.width : image.height;
  if (width < MIN_SIDE || height < MIN_SIDE) {
    const detail = `The image has ${width} x ${height} pixels. Each side needs at least ${MIN_SIDE}.`;
    throw new DomainError('rule', 'image_too_small', detail);
  }
  if (width * height > MAX_PIXELS) {
    const detail = `The image has ${width} x ${height} pixels. At most 50 million are allowed: reduce its size.`;
    throw new DomainError('rule', 'image_too_many_pixels', detail);
  }
  return { contentType: image.contentType, width, height, bytes: image.bytes };
}

export function warningsOf(
  { width, height }: { width: number; height: number },
  isPublic: boolean,
): ImageWarning[] {
  const ratio = width / height;
  return [
    ...(Math.min(width, height) < GOOD_SIDE ? (['below_1024'] as const) : []),
    ...(width === height ? [] : (['not_square'] as const)),
    ...(ratio < TALLEST || ratio > WIDEST ? (['will_be_cropped'] as const) : []),
    ...(isPublic ? [] : (['not_public'] as const)),
  ];
}

export function imageTooLarge(): DomainError {
  return new DomainError('too-large', 'image_too_large', 'The image is larger than 8 MB.');
}
