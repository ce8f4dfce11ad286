import { DomainError } from '../rules/errors/domain-error.js';
import { officeTypeOf } from './office-type.js';

export const MEDIA_KINDS = ['image', 'video', 'document'] as const;
export type MediaKind = (typeof MEDIA_KINDS)[number];

export interface JudgedMedia {
  kind: MediaKind;
  contentType: string;
}

/** What Meta takes for an image and for a video; the operator sets the limit of documents. */
const LIMITS = { image: 5_000_000, video: 16_000_000 } as const;

const PNG = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');

/** What a file is shows in its bytes, whatever its name and type say. */
export function judgeMedia(file: Buffer, maxBytes: number): JudgedMedia {
  const found = typeOf(file);
  if (found === undefined) {
    const detail =
      'The file is none that WhatsApp takes: JPEG, PNG (8 bits a channel), MP4, 3GPP, PDF, or a document of Word, Excel or PowerPoint.';
    throw new DomainError('rule', 'media_type', detail);
  }
  const limit = found.kind === 'document' ? maxBytes : Math.min(LIMITS[found.kind], maxBytes);
  if (file.length > limit) throw mediaTooLarge(limit, found.kind);
  return found;
}

export function mediaTooLarge(limit: number, kind: string = 'file'): DomainError {
  const detail = `The ${kind} is larger than ${limit.toLocaleString('en-US')} bytes.`;
  return new DomainError('too-large', 'media_too_large', detail);
}

function typeOf(file: Buffer): JudgedMedia | undefined {
  if (isJpeg(file)) return { kind: 'image', contentType: 'image/jpeg' };
  if (isPng(file)) return { kind: 'image', contentType: 'image/png' };
  const video = videoTypeOf(file);
  if (video !== undefined) return { kind: 'video', contentType: video };
  const document = isPdf(file) ? 'application/pdf' : officeTypeOf(file);
  return document === undefined ? undefined : { kind: 'document', contentType: document };
}

/** From the first marker to the last one: a file that was cut off is none. */
function isJpeg(file: Buffer): boolean {
  if (file.length < 4 || file.readUInt16BE(0) !== 0xffd8 || file[2] !== 0xff) return false;
  return file.includes(Buffer.from([0xff, 0xd9]), Math.max(0, file.length - 64 * 1024));
}

/** Meta takes 8 bits a channel only, in colour or grey. */
function isPng(file: Buffer): boolean {
  const isHeader =
    file.length > 33 && file.subarray(0, 8).equals(PNG) && file.toString('latin1', 12, 16) === 'IHDR';
  if (!isHeader || !file.subarray(-12).includes('IEND')) return false;
  return (file[24] ?? 0) <= 8;
}

/** The major brand of the first box. QuickTime (`qt  `) has the same form, and WhatsApp does not play it. */
function videoTypeOf(file: Buffer): string | undefined {
  if (file.length < 16 || file.toString('latin1', 4, 8) !== 'ftyp') return undefined;
  const brand = file.toString('latin1', 8, 12);
  if (/^3g[pgrs2e]/.test(brand)) return 'video/3gpp';
  return /^(isom|iso[2-9]|mp4[12]|avc1|M4V |MSNV|dash|f4v )$/.test(brand) ? 'video/mp4' : undefined;
}

/** Readers allow some bytes in front of the mark. */
function isPdf(file: Buffer): boolean {
  return file.subarray(0, 1_024).includes('%PDF-') && file.subarray(-2_048).includes('%%EOF');
}
