import { describe, expect, it } from '@jest/globals';
import { faultOfLink, linkAt, withLink } from './link.ts';

describe('a link of the wizard', () => {
  it.each([
    ['', '', null],
    ['https://shop.example/spring', '', null],
    ['http://shop.example', '', 'url'],
    ['shop.example', '', 'url'],
    ['https://', '', 'url'],
    ['https://{{host}}/x', '', 'url'],
    ['https://shop.example/{{na', '', 'url'],
    ['https://shop.example/{{name}}', '', 'fallback'],
    ['https://shop.example/{{name}}', 'https://shop.example/{{x}}', 'fallback'],
    ['https://shop.example/{{name}}', 'https://shop.example', null],
  ])('%j with %j', (url, fallback, fault) => {
    expect(faultOfLink({ url, fallback })).toBe(fault);
  });

  it('is written beside the others, keeps its utm, and goes with its address', () => {
    const links = {
      'button.0': { url: 'https://a.example', utm: { source: 'x' } },
      'button.1': { url: 'https://b.example' },
    };
    expect(withLink(links, 'button.0', { url: 'https://c.example', fallback: '' })).toEqual({
      ...links,
      'button.0': { url: 'https://c.example', utm: { source: 'x' } },
    });
    expect(withLink(links, 'button.1', { url: '', fallback: '' })).toEqual({ 'button.0': links['button.0'] });
    expect(withLink({ 2: {} }, '2', { url: ' ', fallback: '' })).toBeNull();
    expect(linkAt(null, 'button.0')).toEqual({ url: '', fallback: '' });
  });
});
