import { describe, expect, it } from '@jest/globals';
import { readLinks } from './link-definition.js';
import { foreignHosts } from './link-hosts.js';

const faultsOf = (given: unknown): string[] =>
  readLinks(given).faults.map(({ field, message }) => `${field} ${message}`);
const link = (more: object): object => ({ 'button.0': { url: 'https://shop.example/x', ...more } });

describe('readLinks', () => {
  it.each([
    [null, []],
    [link({}), [{ place: 'button.0', url: 'https://shop.example/x', fallback: null, utm: {} }]],
    [
      {
        2: {
          url: 'https://shop.example/{{city|all}}',
          fallback: 'https://shop.example',
          utm: { source: 'wa' },
        },
      },
      [
        {
          ...{ place: '2', url: 'https://shop.example/{{city|all}}', fallback: 'https://shop.example' },
          utm: { source: 'wa' },
        },
      ],
    ],
    [
      {
        'card.1.button.0': {
          url: 'https://SHOP.example:8443/x#{{name}}',
          fallback: 'https://shop.example',
          utm: null,
        },
      },
      [
        {
          ...{ place: 'card.1.button.0', url: 'https://SHOP.example:8443/x#{{name}}' },
          ...{ fallback: 'https://shop.example', utm: {} },
        },
      ],
    ],
  ])('reads %j', (given, links) => {
    expect(readLinks(given)).toEqual({ links, faults: [] });
  });

  it.each([
    ['text', 'links must be an object'],
    [{ 'button.x': { url: 'https://shop.example' } }, 'links.button.x names no place'],
    [{ 'button.0': 'https://shop.example' }, 'links.button.0 must be an object with a url'],
    [link({ url: 'http://shop.example' }), 'links.button.0.url must begin with https://'],
    [link({ url: 'javascript:alert(1)' }), 'links.button.0.url must begin with https://'],
    [link({ url: 'https://{{host}}/x' }), 'links.button.0.url must name its host without placeholders'],
    [
      link({ url: 'https://shop.example{{tail}}' }),
      'links.button.0.url must name its host without placeholders',
    ],
    [link({ url: 'https://shop.example@evil.example/' }), 'links.button.0.url must have no user name'],
    [link({ url: 'https://shop.example/{x' }), 'links.button.0.url has braces'],
    [link({ url: 'https://shop.example/a b' }), 'links.button.0.url must have no spaces'],
    [link({ url: 'https:///x' }), 'links.button.0.url is not an address'],
    [link({ url: `https://shop.example/${'x'.repeat(2_000)}` }), 'links.button.0.url must have at most'],
    [link({ url: 'https://shop.example/{{name}}' }), 'links.button.0.fallback is required'],
    [
      link({ fallback: 'https://shop.example/{{name}}' }),
      'links.button.0.fallback must have no placeholders',
    ],
    [link({ track: true }), 'links.button.0.track is unknown'],
    [link({ utm: { sauce: 'x' } }), 'links.button.0.utm.sauce is unknown'],
    [link({ utm: { source: '' } }), 'links.button.0.utm.source must be a text'],
    [link({ utm: { source: '{{name}}' } }), 'links.button.0.utm.source must have no placeholders'],
  ])('rejects %j', (given, fault) => {
    expect(faultsOf(given)[0]).toContain(fault);
  });
});

describe('foreignHosts', () => {
  const { links } = readLinks({
    'button.0': { url: 'https://Sub.Shop.example/{{x}}', fallback: 'https://shop.example' },
    'button.1': { url: 'https://notshop.example' },
  });
  it.each([
    [null, []],
    [['shop.example'], ['notshop.example']],
    [['shop.example', 'notshop.example'], []],
    [['sub.shop.example'], ['shop.example', 'notshop.example']],
  ])('of %j are %j', (domains, foreign) => {
    expect(foreignHosts(links, domains)).toEqual(foreign);
  });
});
