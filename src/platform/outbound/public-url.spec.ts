import { expect, it } from '@jest/globals';
import { isPublicUrl } from './public-url.js';

it.each([
  ['https://shop.example.com', true],
  ['https://shop.example.com:8443/base', true],
  ['https://8.8.8.8', true],
  ['http://shop.example.com', false],
  ['https://localhost', false],
  ['https://api.localhost', false],
  ['https://shop', false],
  ['https://shop.internal.', false],
  ['https://printer.local', false],
  ['https://127.0.0.1', false],
  ['https://10.0.0.1', false],
  ['https://[::1]', false],
  ['https://[2606:4700::1111]', true],
  ['shop.example.com', false],
])('%s is public: %s', (url, expected) => {
  expect(isPublicUrl(url)).toBe(expected);
});
