import { describe, expect, it } from '@jest/globals';
import { DomainError } from '../rules/errors/domain-error.js';
import { judgeMedia } from './judge-media.js';

const MAX = 16_000_000;
const text = (value: string): Buffer => Buffer.from(value, 'latin1');

const jpeg = (bytes = 100): Buffer =>
  Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), Buffer.alloc(bytes), Buffer.from([0xff, 0xd9])]);

function png(bitDepth: number): Buffer {
  const header = Buffer.alloc(25);
  header.writeUInt32BE(13, 0);
  header.write('IHDR', 4, 'latin1');
  header[16] = bitDepth;
  return Buffer.concat([
    text('\x89PNG\r\n\x1a\n'),
    header,
    Buffer.from([0, 0, 0, 0]),
    text('IEND\xae\x42\x60\x82'),
  ]);
}

const video = (brand: string, bytes = 100): Buffer =>
  Buffer.concat([Buffer.from([0, 0, 0, 24]), text(`ftyp${brand}`), Buffer.alloc(bytes)]);

const pdf = (bytes = 10): Buffer =>
  Buffer.concat([text('%PDF-1.7\n'), Buffer.alloc(bytes, 32), text('%%EOF\n')]);

/** A package with these entries, as far as its directory goes. */
function packageOf(...names: string[]): Buffer {
  const entries = names.map((name) => {
    const head = Buffer.alloc(46);
    head.write('PK\x01\x02', 0, 'latin1');
    head.writeUInt16LE(name.length, 28);
    return Buffer.concat([head, text(name)]);
  });
  return Buffer.concat([text('PK\x03\x04'), Buffer.alloc(26), ...entries]);
}

const compound = (stream: string): Buffer =>
  Buffer.concat([
    Buffer.from('d0cf11e0a1b11ae1', 'hex'),
    Buffer.alloc(512),
    Buffer.from(`${stream}\0`, 'utf16le'),
  ]);

function refusalOf(file: Buffer, max = MAX): string {
  try {
    judgeMedia(file, max);
  } catch (error) {
    if (error instanceof DomainError) return `${error.kind} ${error.code}`;
    throw error;
  }
  return 'taken';
}

describe('a file', () => {
  it.each([
    ['a JPEG', jpeg(), 'image', 'image/jpeg'],
    ['a PNG', png(8), 'image', 'image/png'],
    ['an MP4', video('isom'), 'video', 'video/mp4'],
    ['an MP4 of a camera', video('mp42'), 'video', 'video/mp4'],
    ['a 3GPP film', video('3gp4'), 'video', 'video/3gpp'],
    ['a PDF', pdf(), 'document', 'application/pdf'],
    [
      'a Word document',
      packageOf('[Content_Types].xml', 'word/document.xml'),
      'document',
      'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
    ],
    [
      'a workbook',
      packageOf('[Content_Types].xml', 'xl/workbook.xml'),
      'document',
      'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    ],
    [
      'a presentation',
      packageOf('[Content_Types].xml', 'ppt/presentation.xml'),
      'document',
      'application/vnd.openxmlformats-officedocument.presentationml.presentation',
    ],
    ['an old Word document', compound('WordDocument'), 'document', 'application/msword'],
    ['an old workbook', compound('Workbook'), 'document', 'application/vnd.ms-excel'],
    ['an old presentation', compound('PowerPoint Document'), 'document', 'application/vnd.ms-powerpoint'],
  ])('is known by its bytes: %s', (_what, file, kind, contentType) => {
    expect(judgeMedia(file, MAX)).toEqual({ kind, contentType });
  });

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['text', text('hello')],
    ['HTML', text('<html></html>')],
    ['SVG', text('<svg xmlns="http://www.w3.org/2000/svg"/>')],
    ['a GIF', text('GIF89a')],
    ['WebP', text('RIFF\0\0\0\0WEBPVP8 ')],
    ['half a JPEG', jpeg().subarray(0, 50)],
    ['half a PNG', png(8).subarray(0, 40)],
    ['a PNG of 16 bits', png(16)],
    ['QuickTime', video('qt  ')],
    ['half a PDF', pdf().subarray(0, 12)],
    ['a ZIP', packageOf('a.txt')],
    ['a program', packageOf('[Content_Types].xml', 'payload.exe')],
    ['an old file of another program', compound('Drawing')],
  ])('is refused: %s', (_what, file) => {
    expect(refusalOf(file)).toBe('rule media_type');
  });

  it.each([
    ['an image of 5 MB', jpeg(5_000_000 - 6), MAX, 'taken'],
    ['an image of 5 MB and a byte', jpeg(5_000_000 - 5), MAX, 'too-large media_too_large'],
    ['a video of 16 MB', video('isom', 16_000_000 - 12), 100_000_000, 'taken'],
    ['a video of 16 MB and a byte', video('isom', 16_000_000 - 11), 100_000_000, 'too-large media_too_large'],
    ['a document at the limit of the operator', pdf(1_000 - 15), 1_000, 'taken'],
    ['a document beyond it', pdf(1_000 - 14), 1_000, 'too-large media_too_large'],
    ['an image beyond it', jpeg(1_000), 1_000, 'too-large media_too_large'],
  ])('has a limit of its kind: %s', (_what, file, max, expected) => {
    expect(refusalOf(file, max)).toBe(expected);
  });
});
