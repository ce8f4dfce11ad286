import type { Orientation } from './exif-orientation.js';

/** An image without its metadata. The picture itself is the same, bit for bit. */
export interface CleanImage {
  contentType: 'image/jpeg' | 'image/png';
  /** As stored, before it is turned upright. */
  width: number;
  height: number;
  orientation: Orientation;
  bytes: Buffer;
}
