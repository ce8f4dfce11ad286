import { expect, it } from '@jest/globals';
import { environmentProxy } from './environment-proxy.js';

it.each<[string, Record<string, string>, string]>([
  ['https:', {}, ''],
  ['https:', { HTTPS_PROXY: 'http://proxy:3128' }, 'http://proxy:3128'],
  ['https:', { https_proxy: 'http://low:1', HTTPS_PROXY: 'http://high:1' }, 'http://low:1'],
  ['https:', { https_proxy: '', HTTPS_PROXY: 'http://high:1' }, 'http://high:1'],
  ['https:', { HTTP_PROXY: 'http://proxy:3128' }, ''],
  ['http:', { HTTP_PROXY: 'http://proxy:3128' }, 'http://proxy:3128'],
  ['https:', { ALL_PROXY: 'http://all:1', HTTPS_PROXY: 'http://proxy:3128' }, 'http://proxy:3128'],
  ['https:', { ALL_PROXY: 'socks5://all:1080' }, 'socks5://all:1080'],
  ['https:', { HTTPS_PROXY: 'proxy:3128' }, 'http://proxy:3128'],
])('%s with %j goes through "%s"', (protocol, env, proxy) => {
  expect(environmentProxy(protocol, env)).toBe(proxy);
});
