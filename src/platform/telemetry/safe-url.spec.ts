import { expect, it } from '@jest/globals';
import { safeUrl } from './safe-url.js';

it.each([
  [
    'https://graph.facebook.com/v26.0/106540352242922/messages?access_token=EAAG',
    'https://graph.facebook.com/v26.0/*/messages',
  ],
  ['http://127.0.0.1:4010/v26.0/1022/message_templates', 'http://127.0.0.1:4010/v26.0/*/message_templates'],
  ['https://u:secret@shop.example/hooks/drumbeat', 'https://shop.example/hooks/drumbeat'],
  ['https://hooks.example/services/T0/B0/xYz12', 'https://hooks.example/services/*/*/*'],
  ['https://shop.example/customers/%2B14694652751', 'https://shop.example/customers/*'],
  ['https://shop.example', 'https://shop.example/'],
  ['not a url', ''],
])('%s is told as %s', (url, told) => {
  expect(safeUrl(url)).toBe(told);
});
