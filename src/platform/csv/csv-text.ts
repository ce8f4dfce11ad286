import { isUtf8 } from 'node:buffer';
import { TextDecoder } from 'node:util';
import { DomainError } from '../../rules/errors/domain-error.js';

const UTF8_BOM = Buffer.from([0xef, 0xbb, 0xbf]);
const UTF16LE_BOM = Buffer.from([0xff, 0xfe]);
const UTF16BE_BOM = Buffer.from([0xfe, 0xff]);

/**
 * The bytes of a file as UTF-8 without a byte order mark. Text that is not UTF-8 and names no other encoding cannot
 * be identified with certainty. It is rejected rather than turned into wrong names.
 */
export async function* utf8Chunks(
  chunks: AsyncIterable<Buffer>,
  charset: string | null,
): AsyncGenerator<Buffer> {
  let decoder: TextDecoder | null = null;
  let rest: Buffer = Buffer.alloc(0);
  let isFirst = true;
  for await (const chunk of chunks) {
    let bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    rest = Buffer.alloc(0);
    if (isFirst) {
      if (bytes.length < UTF8_BOM.length) {
        rest = bytes;
        continue;
      }
      isFirst = false;
      decoder = decoderOf(charset, bytes);
      if (startsWith(bytes, UTF8_BOM)) bytes = bytes.subarray(UTF8_BOM.length);
    }
    if (decoder !== null) {
      yield decoded(decoder, bytes);
      continue;
    }
    const end = bytes.length - unfinished(bytes);
    rest = bytes.subarray(end);
    yield checked(bytes.subarray(0, end));
  }
  if (isFirst) decoder = decoderOf(charset, rest);
  if (decoder !== null) yield decoded(decoder, rest, true);
  else if (rest.length > 0) yield checked(rest);
}

function decoderOf(charset: string | null, start: Buffer): TextDecoder | null {
  const label = startsWith(start, UTF16LE_BOM)
    ? 'utf-16le'
    : startsWith(start, UTF16BE_BOM)
      ? 'utf-16be'
      : (charset ?? 'utf-8').toLowerCase();
  if (['utf-8', 'utf8', 'us-ascii', 'ascii'].includes(label)) return null;
  try {
    return new TextDecoder(label, { fatal: true });
  } catch {
    throw new DomainError('unsupported-media', 'unknown_charset', `The charset "${label}" is not known.`);
  }
}

function decoded(decoder: TextDecoder, bytes: Buffer, isLast = false): Buffer {
  try {
    return Buffer.from(decoder.decode(bytes, { stream: !isLast }));
  } catch {
    throw new DomainError('invalid', 'invalid_charset', `The file is not valid ${decoder.encoding}.`);
  }
}

function checked(bytes: Buffer): Buffer {
  if (isUtf8(bytes)) return bytes;
  const detail =
    'The file is not valid UTF-8. Save it as "CSV UTF-8", or name its charset: Content-Type: text/csv; charset=windows-1252.';
  throw new DomainError('invalid', 'invalid_charset', detail);
}

/** How many bytes at the end belong to a character that continues in the next chunk. */
function unfinished(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) return back < (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) ? back : 0;
  }
  return 0;
}

function startsWith(bytes: Buffer, start: Buffer): boolean {
  return bytes.subarray(0, start.length).equals(start);
}
