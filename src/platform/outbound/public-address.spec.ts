import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isPublicAddress } from './public-address.js';

describe('isPublicAddress', () => {
  it.each([
    '8.8.8.8',
    '1.1.1.1',
    '172.15.255.255',
    '172.32.0.1',
    '2606:4700::1111',
    '::ffff:8.8.8.8',
    '64:ff9b::8.8.8.8',
    '2002:808:808::1',
  ])('takes %s', (address) => {
    expect(isPublicAddress(address)).toBe(true);
  });

  it.each([
    ['this network', '0.0.0.0'],
    ['loopback', '127.0.0.1'],
    ['all of loopback', '127.255.255.254'],
    ['private', '10.0.0.1'],
    ['private', '172.16.0.1'],
    ['private', '172.31.255.255'],
    ['private', '192.168.1.1'],
    ['the metadata of clouds', '169.254.169.254'],
    ['the metadata of Alibaba, in the shared range', '100.100.100.200'],
    ['the metadata of Oracle', '192.0.0.192'],
    ['the services of Azure', '168.63.129.16'],
    ['documentation', '203.0.113.7'],
    ['benchmarks', '198.18.0.1'],
    ['multicast', '224.0.0.1'],
    ['reserved', '240.0.0.1'],
    ['broadcast', '255.255.255.255'],
    ['loopback', '::1'],
    ['unspecified', '::'],
    ['link-local', 'fe80::1'],
    ['link-local with a zone', 'fe80::1%eth0'],
    ['unique-local', 'fd00:ec2::254'],
    ['multicast', 'ff02::1'],
    ['mapped private', '::ffff:10.0.0.1'],
    ['mapped loopback in hexadecimal', '::ffff:7f00:1'],
    ['compatible loopback', '::127.0.0.1'],
    ['translated private', '::ffff:0:10.0.0.1'],
    ['NAT64 of a private one', '64:ff9b::a00:1'],
    ['NAT64 inside a network', '64:ff9b:1::808:808'],
    ['6to4 of a private one', '2002:a00:1::1'],
    ['Teredo', '2001:0:4136:e378:8000:63bf:3fff:fdd2'],
    ['documentation', '2001:db8::1'],
    ['not handed out', '4000::1'],
    ['no address', 'example.com'],
    ['no address', ''],
  ])('refuses %s: %s', (_why, address) => {
    expect(isPublicAddress(address)).toBe(false);
  });

  it('judges an IPv4 address the same in every form that carries it', () => {
    const byte = fc.nat(255);
    fc.assert(
      fc.property(fc.tuple(byte, byte, byte, byte), ([a, b, c, d]) => {
        const plain = isPublicAddress(`${a}.${b}.${c}.${d}`);
        const [high, low] = [a * 256 + b, c * 256 + d].map((word) => word.toString(16));
        expect(isPublicAddress(`::ffff:${high}:${low}`)).toBe(plain);
        expect(isPublicAddress(`64:ff9b::${high}:${low}`)).toBe(plain);
        expect(isPublicAddress(`2002:${high}:${low}::1`)).toBe(plain);
      }),
    );
  });
});
