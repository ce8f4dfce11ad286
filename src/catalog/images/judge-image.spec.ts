import { deflateSync, crc32 } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import sharp, { type Sharp } from 'sharp';
import { DomainError } from '../../rules/errors/domain-error.js';
import { judgeImage, MAX_IMAGE_BYTES, warningsOf } from './judge-image.js';

/** A picture in which every pixel differs from its neighbours, so that a lost byte shows. */
function picture(width: number, height: number): Sharp {
  const pixels = Buffer.alloc(width * height * 3);
  for (let at = 0; at < pixels.length; at++) pixels[at] = (at * 7 + (at >> 8)) % 256;
  return sharp(pixels, { raw: { width, height, channels: 3 } });
}

const jpeg = await picture(640, 512).jpeg({ quality: 80 }).toBuffer();
const png = await picture(640, 512).png().toBuffer();

const pixelsOf = (image: Buffer): Promise<Buffer> => sharp(image).raw().toBuffer();

function codeOf(file: Buffer): string {
  try {
    judgeImage(file);
  } catch (error) {
    if (error instanceof DomainError) return error.code;
    throw error;
  }
  return 'taken';
}

/** A PNG that says it has these sides, whatever its data holds. */
function pngOf(width: number, height: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Buffer.alloc(10))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const whole = Buffer.alloc(body.length + 8);
  whole.writeUInt32BE(data.length, 0);
  body.copy(whole, 4);
  whole.writeUInt32BE(crc32(body), whole.length - 4);
  return whole;
}

function segment(marker: number, text: string): Buffer {
  const payload = Buffer.from(text, 'latin1');
  const head = Buffer.from([0xff, marker, 0, 0]);
  head.writeUInt16BE(payload.length + 2, 2);
  return Buffer.concat([head, payload]);
}

describe('an image', () => {
  it.each([
    ['JPEG', () => picture(640, 512).jpeg({ quality: 80 })],
    ['progressive JPEG', () => picture(640, 512).jpeg({ progressive: true })],
    ['JPEG with restart intervals', () => picture(640, 512).jpeg({ mozjpeg: true })],
    ['grey JPEG', () => picture(640, 512).greyscale().jpeg()],
    ['CMYK JPEG', () => picture(640, 512).toColourspace('cmyk').jpeg()],
    ['PNG', () => picture(640, 512).png()],
    ['PNG with a palette', () => picture(640, 512).png({ palette: true })],
    ['interlaced PNG', () => picture(640, 512).png({ progressive: true })],
    ['PNG with transparency', () => picture(640, 512).ensureAlpha(0.5).png()],
  ])('%s with metadata loses it, and not a pixel', async (_kind, make) => {
    const secret = 'Taken at home';
    const bare = await make().toBuffer();
    const told = await make()
      .withExif({ IFD0: { ImageDescription: secret }, IFD3: { GPSLatitude: '51/1 30/1 3230/100' } })
      .toBuffer();
    expect(told.includes(secret)).toBe(true);
    const judged = judgeImage(told);
    expect(judged).toMatchObject({ width: 640, height: 512 });
    expect(judged.bytes.includes(secret)).toBe(false);
    expect((await sharp(judged.bytes).metadata()).exif).toBeUndefined();
    expect((await pixelsOf(judged.bytes)).equals(await pixelsOf(told))).toBe(true);
    expect((await pixelsOf(judged.bytes)).equals(await pixelsOf(bare))).toBe(true);
  });

  it('without metadata stays as it is, byte for byte', () => {
    expect(judgeImage(jpeg).bytes.equals(jpeg)).toBe(true);
    const plain = judgeImage(png).bytes;
    expect(judgeImage(plain).bytes.equals(plain)).toBe(true);
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8])(
    'keeps orientation %i, and shows its sides as seen',
    async (orientation) => {
      for (const format of ['jpeg', 'png'] as const) {
        const turned = await picture(640, 512)
          .withMetadata({ orientation })
          .withExifMerge({ IFD0: { Copyright: 'mine' } })
          .toFormat(format)
          .toBuffer();
        const judged = judgeImage(turned);
        const upright = await sharp(judged.bytes).autoOrient().toBuffer({ resolveWithObject: true });
        expect([judged.width, judged.height]).toEqual([upright.info.width, upright.info.height]);
        expect((await sharp(judged.bytes).metadata()).orientation ?? 1).toBe(orientation);
        expect(judged.bytes.includes('mine')).toBe(false);
        expect(judgeImage(judged.bytes).bytes.equals(judged.bytes)).toBe(true);
      }
    },
  );

  it('keeps its colour profile', async () => {
    for (const format of ['jpeg', 'png'] as const) {
      const wide = await picture(640, 512).withIccProfile('p3').toFormat(format).toBuffer();
      const { icc } = await sharp(judgeImage(wide).bytes).metadata();
      expect(icc).toEqual((await sharp(wide).metadata()).icc);
      expect(icc).toBeDefined();
    }
  });

  it('loses comments and what a camera appends', async () => {
    const [start, rest] = [jpeg.subarray(0, 2), jpeg.subarray(2)];
    const commented = Buffer.concat([
      start,
      segment(0xfe, '<script>alert(1)</script>'),
      segment(0xe1, 'http://ns.adobe.com/xap/1.0/\0<x/>'),
      rest,
    ]);
    for (const file of [
      commented,
      Buffer.concat([jpeg, jpeg]),
      Buffer.concat([jpeg, Buffer.from('\0\0\0\x18ftypmp42 a film', 'latin1')]),
      Buffer.concat([jpeg, Buffer.from('MotionPhoto_Data SEFT', 'latin1')]),
      Buffer.concat([jpeg, Buffer.alloc(100)]),
    ]) {
      expect(judgeImage(file).bytes.equals(jpeg)).toBe(true);
    }
    const dated = Buffer.concat([
      png.subarray(0, 33),
      chunk('tEXt', Buffer.from('Author\0me')),
      png.subarray(33),
    ]);
    expect(judgeImage(dated).bytes.equals(judgeImage(png).bytes)).toBe(true);
    expect((await pixelsOf(judgeImage(dated).bytes)).equals(await pixelsOf(png))).toBe(true);
  });
});

describe('no image', () => {
  const text = (content: string): Buffer => Buffer.from(content, 'latin1');
  it.each([
    ['nothing', Buffer.alloc(0)],
    ['SVG', text('<svg xmlns="http://www.w3.org/2000/svg"/>')],
    ['HTML', text('<html><script>alert(1)</script>')],
    ['GIF', text('GIF89a\x01\0\x01\0')],
    ['a GIF that is a script', text('GIF89a/*\0*/=1;alert(1)')],
    ['PDF', text('%PDF-1.7')],
    ['WebP', text('RIFF\x24\0\0\0WEBPVP8 ')],
    ['the magic of JPEG before HTML', Buffer.concat([jpeg.subarray(0, 3), text('<html>')])],
    ['the magic of PNG before HTML', Buffer.concat([png.subarray(0, 8), text('<html>')])],
    ['HTML before a JPEG', Buffer.concat([text('<html>'), jpeg])],
    ['a JPEG with HTML behind it', Buffer.concat([jpeg, text('<html>')])],
    ['a JPEG with an archive behind it', Buffer.concat([jpeg, text('PK\x03\x04')])],
    ['a PNG with HTML behind it', Buffer.concat([png, text('<html>')])],
    ['half a JPEG', jpeg.subarray(0, jpeg.length / 2)],
    ['half a PNG', png.subarray(0, png.length / 2)],
    ['a JPEG without its last byte', jpeg.subarray(0, -1)],
    ['a JPEG without a picture', Buffer.from([0xff, 0xd8, 0xff, 0xd9])],
    ['a PNG without a picture', Buffer.concat([png.subarray(0, 33), png.subarray(-12)])],
  ])('is %s', (_kind, file) => {
    expect(codeOf(file)).toBe('not_an_image');
  });

  it('is a PNG with one bit turned', () => {
    fc.assert(
      fc.property(fc.nat(png.length - 1), fc.nat(7), (at, bit) => {
        const broken = Buffer.from(png);
        broken[at] = (broken[at] ?? 0) ^ (1 << bit);
        expect(codeOf(broken)).toBe('not_an_image');
      }),
      { numRuns: 200 },
    );
  });

  it('never makes the reader fail otherwise, nor carries text through', () => {
    fc.assert(
      fc.property(fc.nat(jpeg.length - 1), fc.uint8Array({ maxLength: 40 }), (at, noise) => {
        const broken = Buffer.concat([jpeg.subarray(0, at), noise, jpeg.subarray(at + noise.length)]);
        expect(['taken', 'not_an_image', 'image_too_small', 'image_too_many_pixels']).toContain(
          codeOf(broken),
        );
      }),
      { numRuns: 300 },
    );
  });
});

describe('the limits', () => {
  it.each<[string, Buffer]>([
    ['Exif segments that promise 65,535 entries each', segment(0xe1, 'Exif\0\0MM\0*\0\0\0\x08\xff\xff')],
    ['empty tables', segment(0xdb, '')],
  ])('end the reading of a file of nothing but %s', (_, piece) => {
    const count = Math.floor((MAX_IMAGE_BYTES - 2) / piece.length);
    const file = Buffer.concat([Buffer.from([0xff, 0xd8]), ...Array<Buffer>(count).fill(piece)]);
    const before = process.cpuUsage();
    expect(codeOf(file)).toBe('not_an_image');
    const { user, system } = process.cpuUsage(before);
    // It took two minutes.
    expect((user + system) / 1_000).toBeLessThan(1_000);
  });

  it('takes 8 MB and not a byte more', () => {
    const padded = (length: number): Buffer => Buffer.concat([jpeg, Buffer.alloc(length - jpeg.length)]);
    expect(codeOf(padded(MAX_IMAGE_BYTES))).toBe('taken');
    expect(codeOf(padded(MAX_IMAGE_BYTES + 1))).toBe('image_too_large');
  });

  it.each([
    [500, 500, 'taken'],
    [499, 500, 'image_too_small'],
    [500, 499, 'image_too_small'],
    [10_000, 5_000, 'taken'],
    [10_000, 5_001, 'image_too_many_pixels'],
    [2_147_483_647, 2_147_483_647, 'image_too_many_pixels'],
  ])('%i x %i: %s', (width, height, expected) => {
    expect(codeOf(pngOf(width, height))).toBe(expected);
  });
});

describe('warningsOf', () => {
  it.each([
    [1024, 1024, true, []],
    [1023, 1024, true, ['below_1024', 'not_square']],
    [1600, 2000, true, ['not_square']],
    [1599, 2000, true, ['not_square', 'will_be_cropped']],
    [1910, 1000, true, ['below_1024', 'not_square']],
    [3840, 2000, true, ['not_square', 'will_be_cropped']],
    [1024, 1024, false, ['not_public']],
  ])('%i x %i, public: %s', (width, height, isPublic, expected) => {
    expect(warningsOf({ width, height }, isPublic)).toEqual(expected);
  });
});
