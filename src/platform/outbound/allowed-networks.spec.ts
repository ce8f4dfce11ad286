import { describe, expect, it } from '@jest/globals';
import { isAllowed, parseAllowedNetworks } from './allowed-networks.js';

describe('allowed networks', () => {
  it.each([
    ['10.20.0.0/16', '10.20.255.1', 443, true],
    ['10.20.0.0/16', '10.21.0.1', 443, false],
    ['10.20.0.0/16', '::ffff:10.20.0.1', 443, true],
    ['127.0.0.1:8081', '127.0.0.1', 8081, true],
    ['127.0.0.1:8081', '127.0.0.1', 443, false],
    ['127.0.0.1:8081', '127.0.0.2', 8081, false],
    ['fd00::/8', 'fd12::1', 443, true],
    ['[fd00::5]:443', 'fd00::5', 443, true],
    ['[fd00::5]:443', 'fd00::5', 80, false],
    ['10.0.0.1, fd00::5', 'fd00::5', 80, true],
    ['', '127.0.0.1', 80, false],
    ['0.0.0.0/0', 'example.com', 80, false],
  ])('%s and %s on port %i: %s', (text, address, port, expected) => {
    expect(isAllowed(parseAllowedNetworks(text), address, port)).toBe(expected);
  });

  it.each([
    'localhost',
    '10.0.0.0/33',
    'fd00::/129',
    '10.0.0.1:0',
    '10.0.0.1:99999',
    '10.0.0/8',
    '[fd00::5',
    '10.0.0.1/x',
  ])('refuses %s', (text) => {
    expect(() => parseAllowedNetworks(text)).toThrow(TypeError);
  });
});
