import { expect, it } from '@jest/globals';
import { DEFAULT_OPTIONS, optionsFromEnvironment } from './simulator-options.js';

it('needs no settings', () => {
  expect(optionsFromEnvironment({ SIMULATOR_PORT: '', WHATSAPP_ACCESS_TOKEN: '' })).toEqual(DEFAULT_OPTIONS);
});

it('takes the given settings', () => {
  expect(
    optionsFromEnvironment({
      SIMULATOR_PORT: '4010',
      SIMULATOR_WEBHOOK_URL: 'http://127.0.0.1:3000/api/webhooks/whatsapp',
      WHATSAPP_APP_SECRET: 's',
      META_BUSINESS_ID: '1',
    }),
  ).toEqual({
    ...DEFAULT_OPTIONS,
    port: 4010,
    webhookUrl: 'http://127.0.0.1:3000/api/webhooks/whatsapp',
    appSecret: 's',
    businessId: '1',
  });
});

it.each([
  { SIMULATOR_PORT: 'x' },
  { SIMULATOR_PORT: '70000' },
  { SIMULATOR_WEBHOOK_URL: 'localhost:3000' },
  { SIMULATOR_KEEP_MESSAGES: '-1' },
])('names the variable that is wrong: %j', (env) => {
  expect(() => optionsFromEnvironment(env)).toThrow(Object.keys(env)[0]);
});
