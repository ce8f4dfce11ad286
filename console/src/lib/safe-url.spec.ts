import { expect, it } from '@jest/globals';
import { safePath, safeUrl } from './safe-url.ts';

it.each(['javascript:alert(1)', 'data:text/html,x', 'http://shop.example', 'nonsense', ' java\nscript:x'])(
  'refuses the address %s',
  (address) => {
    expect(safeUrl(address)).toBeUndefined();
  },
);

it('lets web addresses, numbers and mail through', () => {
  expect(safeUrl('https://shop.example/sale')).toBe('https://shop.example/sale');
  expect(safeUrl('tel:+919978783238')).toBe('tel:+919978783238');
});

it.each(['//evil.example', '/\\evil.example', 'https://evil.example', '/a\t//b', null])(
  'goes nowhere else after signing in: %s',
  (path) => {
    expect(safePath(path)).toBe('/');
  },
);

it('goes back to a path of the console after signing in', () => {
  expect(safePath('/campaigns?status=paused')).toBe('/campaigns?status=paused');
});
