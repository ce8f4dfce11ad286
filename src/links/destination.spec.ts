import { describe, expect, it } from '@jest/globals';
import { addressOf, withUtm } from './destination.js';

const fill =
  (values: Record<string, string>) =>
  (hole: string): string | undefined =>
    values[hole];

describe('addressOf', () => {
  const to = (url: string, fallback: string | null = 'https://shop.example') => ({ url, fallback, utm: {} });

  it.each([
    ['https://shop.example/x?a=1#b', {}, 'https://shop.example/x?a=1#b'],
    ['https://shop.example/{{c}}', { '{{c}}': 'Köln & Ä' }, 'https://shop.example/K%C3%B6ln%20%26%20%C3%84'],
    ['https://shop.example/{{c}}', { '{{c}}': 'summer/sale' }, 'https://shop.example/summer/sale'],
    [
      'https://shop.example/?q={{c}}',
      { '{{c}}': 'a&admin=1#x' },
      'https://shop.example/?q=a%26admin%3D1%23x',
    ],
    ['https://shop.example/{{c}}/{{d}}', { '{{c}}': 'a' }, 'https://shop.example'],
    [
      'https://shop.example/สินค้า',
      {},
      'https://shop.example/%E0%B8%AA%E0%B8%B4%E0%B8%99%E0%B8%84%E0%B9%89%E0%B8%B2',
    ],
    ['https://köln.example/🎁?a=1', {}, 'https://xn--kln-sna.example/%F0%9F%8E%81?a=1'],
    ['https://shop.example/ü/{{c}}', { '{{c}}': 'a/b' }, 'https://shop.example/%C3%BC/a/b'],
    ['https://shop.example/{{c}}', { '{{c}}': '\ud800' }, 'https://shop.example/%EF%BF%BD'],
  ])('%s with %j leads to %s', (url, values, address) => {
    expect(addressOf(to(url), fill(values))).toBe(address);
  });

  it('never leads to another host than the one that its author wrote', () => {
    for (const value of [
      '//evil.example',
      '\\\\evil.example',
      '@evil.example',
      '..//evil.example',
      '%0d%0aLocation:',
    ]) {
      const address = addressOf(to('https://shop.example/{{c}}'), fill({ '{{c}}': value }));
      expect(new URL(address).hostname).toBe('shop.example');
    }
  });
});

describe('withUtm', () => {
  const utm = { source: 'whatsapp', campaign: 'spring sale' };
  const both = 'utm_source=whatsapp&utm_campaign=spring%20sale';
  it.each([
    ['https://shop.example', `https://shop.example?${both}`],
    ['https://shop.example/#top', `https://shop.example/?${both}#top`],
    ['https://shop.example/?a=1', `https://shop.example/?a=1&${both}`],
    ['https://shop.example/?', `https://shop.example/?${both}`],
    ['https://shop.example/?a=1&', `https://shop.example/?a=1&${both}`],
    [
      'https://shop.example/?utm_source=own',
      'https://shop.example/?utm_source=own&utm_campaign=spring%20sale',
    ],
  ])('%s becomes %s', (url, address) => {
    expect(withUtm(url, utm)).toBe(address);
    expect(withUtm(url, {})).toBe(url);
  });
});
