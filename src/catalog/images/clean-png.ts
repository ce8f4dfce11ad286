import { crc32 } from 'node:zlib';
import type { CleanImage } from './clean-image.js';
import { type Orientation, orientationOnly, readOrientation } from './exif-orientation.js';

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
/** What is needed to show the picture in its colours. Times, texts, Exif and animation are not. */
const KEPT = new Set('IHDR PLTE IDAT IEND tRNS gAMA cHRM sRGB iCCP cICP mDCV cLLI sBIT bKGD pHYs'.split(' '));
/** The bit depths of each colour type. */
const DEPTHS: Readonly<Record<number, readonly number[]>> = {
  0: [1, 2, 4, 8, 16],
  2: [8, 16],
  3: [1, 2, 4, 8],
  4: [8, 16],
  6: [8, 16],
};
/** An 8 MB picture in pieces of 1 KB; a file of nothing but empty chunks would cost time and memory. */
const MOST_CHUNKS = 10_000;
/** Length, type and checksum. */
const FRAME_BYTES = 12;

/**
 * Reads a PNG chunk by chunk, checks every checksum, and leaves out what is not needed to show it. Undefined if it is
 * not a whole PNG, or carries something behind its end.
 */
export function cleanPng(bytes: Buffer): CleanImage | undefined {
  if (!bytes.subarray(0, SIGNATURE.length).equals(SIGNATURE)) return undefined;
  const kept: Buffer[] = [SIGNATURE];
  let size: { width: number; height: number } | undefined;
  let orientation: Orientation = 1;
  let dataAt: number | undefined;
  let last = '';
  let chunks = 0;
  for (let at = SIGNATURE.length; ;) {
    if (++chunks > MOST_CHUNKS) return undefined;
    const chunk = chunkAt(bytes, at);
    if (chunk === undefined) return undefined;
    at += FRAME_BYTES + chunk.data.length;
    if ((size === undefined) !== (chunk.type === 'IHDR')) return undefined;
    if (chunk.type === 'IHDR') {
      size = sizeOf(chunk.data);
      if (size === undefined) return undefined;
    }
    if (chunk.type === 'IDAT') {
      if (dataAt !== undefined && last !== 'IDAT') return undefined;
      dataAt ??= kept.length;
    }
    if (chunk.type === 'eXIf') orientation = readOrientation(chunk.data);
    if (KEPT.has(chunk.type)) kept.push(chunk.whole);
    // A capital first letter means that the picture cannot be shown without the chunk.
    else if (/^[A-Z]/.test(chunk.type)) return undefined;
    last = chunk.type;
    if (chunk.type !== 'IEND') continue;
    const isWhole = chunk.data.length === 0 && bytes.subarray(at).every((byte) => byte === 0);
    if (size === undefined || dataAt === undefined || !isWhole) return undefined;
    if (orientation !== 1) kept.splice(dataAt, 0, chunkOf('eXIf', orientationOnly(orientation)));
    return { contentType: 'image/png', ...size, orientation, bytes: Buffer.concat(kept) };
  }
}

interface Chunk {
  type: string;
  data: Buffer;
  whole: Buffer;
}

function chunkAt(bytes: Buffer, at: number): Chunk | undefined {
  if (at + FRAME_BYTES > bytes.length) return undefined;
  const length = bytes.readUInt32BE(at);
  const end = at + FRAME_BYTES + length;
  const type = bytes.toString('latin1', at + 4, at + 8);
  if (end > bytes.length || !/^[A-Za-z]{4}$/.test(type)) return undefined;
  if (crc32(bytes.subarray(at + 4, end - 4)) !== bytes.readUInt32BE(end - 4)) return undefined;
  return { type, data: bytes.subarray(at + 8, end - 4), whole: bytes.subarray(at, end) };
}

function chunkOf(type: string, data: Buffer): Buffer {
  const chunk = Buffer.alloc(FRAME_BYTES + data.length);
  chunk.writeUInt32BE(data.length, 0);
  chunk.write(type, 4, 'latin1');
  data.copy(chunk, 8);
  chunk.writeUInt32BE(crc32(chunk.subarray(4, -4)), chunk.length - 4);
  return chunk;
}

function sizeOf(header: Buffer): { width: number; height: number } | undefined {
  if (header.length !== 13) return undefined;
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  const [depth = 0, colours = 0, compression, filter, interlace = 0] = header.subarray(8);
  const isKnown =
    DEPTHS[colours]?.includes(depth) === true && compression === 0 && filter === 0 && interlace <= 1;
  return isKnown && width > 0 && height > 0 ? { width, height } : undefined;
}
