import type { CleanImage } from './clean-image.js';
import { type Orientation, orientationOnly, readOrientation } from './exif-orientation.js';

const SOI = 0xd8;
const EOI = 0xd9;
const SOS = 0xda;
const APP0 = 0xe0;
const APP1 = 0xe1;
const APP2 = 0xe2;
const APP14 = 0xee;
const APP15 = 0xef;
const COMMENT = 0xfe;
/** Huffman tables, quantization tables, restart interval. */
const TABLES = [0xc4, 0xdb, 0xdd];
/** Baseline, extended and progressive: the kinds that phones and browsers show. */
const FRAMES = [0xc0, 0xc1, 0xc2];

const EXIF = Buffer.from('Exif\0\0', 'latin1');
const JFIF = Buffer.from('JFIF\0', 'latin1');
const ICC = Buffer.from('ICC_PROFILE\0', 'latin1');
const ADOBE = Buffer.from('Adobe', 'latin1');
/** JFIF without its thumbnail, and Adobe's note on how colours are stored. */
const JFIF_LENGTH = 14;
const ADOBE_LENGTH = 12;

/** Pictures have some dozens; a file of nothing but empty segments would cost time and memory. */
const MOST_SEGMENTS = 10_000;

interface Segment {
  marker: number;
  payload: Buffer;
}

/**
 * Reads a JPEG segment by segment to its end and leaves out what is not needed to show it: Exif, XMP, comments,
 * thumbnails, maker notes, and what cameras append. Undefined if it is not a whole JPEG, or carries something else
 * behind its end.
 */
export function cleanJpeg(bytes: Buffer): CleanImage | undefined {
  if (bytes[0] !== 0xff || bytes[1] !== SOI) return undefined;
  const kept: Buffer[] = [];
  let frame: { width: number; height: number } | undefined;
  let orientation: Orientation = 1;
  let headerEnd = 0;
  let hasScan = false;
  let hasExif = false;
  let segments = 0;
  for (let at = 2; ;) {
    if (++segments > MOST_SEGMENTS) return undefined;
    const marker = markerAt(bytes, at);
    if (marker === undefined) return undefined;
    at = marker.end;
    if (marker.code === EOI) {
      if (frame === undefined || !hasScan || !isHarmlessTail(bytes.subarray(at))) return undefined;
      const head =
        orientation === 1 ? [] : [segment(APP1, Buffer.concat([EXIF, orientationOnly(orientation)]))];
      kept.splice(headerEnd, 0, ...head);
      const whole = Buffer.concat([bytes.subarray(0, 2), ...kept, Buffer.from([0xff, EOI])]);
      return { contentType: 'image/jpeg', ...frame, orientation, bytes: whole };
    }
    const payload = payloadAt(bytes, at);
    if (payload === undefined) return undefined;
    at += 2 + payload.length;
    const found: Segment = { marker: marker.code, payload };
    if (isExif(found) && !hasExif) {
      hasExif = true;
      orientation = readOrientation(payload.subarray(EXIF.length));
    }
    if (FRAMES.includes(marker.code)) {
      if (frame !== undefined) return undefined;
      frame = frameOf(payload);
      if (frame === undefined) return undefined;
    }
    const needed = neededOf(found);
    if (needed === undefined) return undefined;
    if (needed === null) continue;
    kept.push(segment(marker.code, needed));
    // JFIF wants to be the first segment, so Exif follows it.
    if (marker.code === APP0 && kept.length === 1) headerEnd = 1;
    if (marker.code !== SOS) continue;
    if (frame === undefined) return undefined;
    hasScan = true;
    const end = scanEnd(bytes, at);
    kept.push(bytes.subarray(at, end));
    at = end;
  }
}

/** Any number of fill bytes may stand before a marker. */
function markerAt(bytes: Buffer, start: number): { code: number; end: number } | undefined {
  if (bytes[start] !== 0xff) return undefined;
  let at = start;
  while (bytes[at] === 0xff) at++;
  const code = bytes[at];
  return code === undefined || code === 0 ? undefined : { code, end: at + 1 };
}

function payloadAt(bytes: Buffer, at: number): Buffer | undefined {
  if (at + 2 > bytes.length) return undefined;
  const length = bytes.readUInt16BE(at);
  return length < 2 || at + length > bytes.length ? undefined : bytes.subarray(at + 2, at + length);
}

/** What is kept of a segment; null if nothing is, undefined if a segment of this kind has no place here. */
function neededOf({ marker, payload }: Segment): Buffer | null | undefined {
  if (marker === SOS || TABLES.includes(marker) || FRAMES.includes(marker)) return payload;
  if (marker === APP0 && startsWith(payload, JFIF) && payload.length >= JFIF_LENGTH) {
    const header = Buffer.from(payload.subarray(0, JFIF_LENGTH));
    header.fill(0, JFIF_LENGTH - 2);
    return header;
  }
  if (marker === APP2 && startsWith(payload, ICC)) return payload;
  if (marker === APP14 && startsWith(payload, ADOBE) && payload.length >= ADOBE_LENGTH) {
    return payload.subarray(0, ADOBE_LENGTH);
  }
  return (marker >= APP0 && marker <= APP15) || marker === COMMENT ? null : undefined;
}

function isExif({ marker, payload }: Segment): boolean {
  return marker === APP1 && startsWith(payload, EXIF);
}

function frameOf(payload: Buffer): { width: number; height: number } | undefined {
  if (payload.length < 6) return undefined;
  const [height, width, components] = [payload.readUInt16BE(1), payload.readUInt16BE(3), payload[5] ?? 0];
  const isWhole = payload.length === 6 + components * 3 && components >= 1 && components <= 4;
  return isWhole && width > 0 && height > 0 ? { width, height } : undefined;
}

/** Compressed data: it ends at the first marker that is neither a stuffed zero nor a restart. */
function scanEnd(bytes: Buffer, start: number): number {
  for (let at = bytes.indexOf(0xff, start); at !== -1; at = bytes.indexOf(0xff, at)) {
    const next = bytes[at + 1];
    if (next === undefined) break;
    const isData = next === 0 || (next >= 0xd0 && next <= 0xd7);
    if (!isData && next !== 0xff) return at;
    at += isData ? 2 : 1;
  }
  return bytes.length;
}

/**
 * Behind the end, cameras append more pictures, a short film, or notes that end in `SEFT`. All of it is dropped. Text,
 * an archive or a program has no business there: a file that is two things at once is refused.
 */
function isHarmlessTail(tail: Buffer): boolean {
  if (tail.every((byte) => byte === 0)) return true;
  const isPicture = startsWith(tail, Buffer.from([0xff, SOI, 0xff]));
  const isFilm = tail.toString('latin1', 4, 8) === 'ftyp';
  return isPicture || isFilm || tail.toString('latin1', tail.length - 4) === 'SEFT';
}

function segment(marker: number, payload: Buffer): Buffer {
  const head = Buffer.from([0xff, marker, 0, 0]);
  head.writeUInt16BE(payload.length + 2, 2);
  return Buffer.concat([head, payload]);
}

function startsWith(bytes: Buffer, start: Buffer): boolean {
  return bytes.subarray(0, start.length).equals(start);
}
