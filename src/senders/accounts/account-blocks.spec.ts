import { describe, expect, it } from '@jest/globals';
import { type AccountBlock, type AccountBlocks, blocksAfter, longestBlock } from './account-blocks.js';

const NOW = new Date('2026-03-01T12:00:00Z');
const block = (reason: string, until: string | null = null): AccountBlock => ({ reason, until });
const SOON = '2026-03-01T13:00:00.000Z';
const LATER = '2026-03-08T12:00:00.000Z';
const PAST = '2026-03-01T11:00:00.000Z';

describe('the blocks of an account', () => {
  it.each<[string, AccountBlocks, string | null]>([
    ['none', {}, null],
    ['one', { restriction: block('r', SOON) }, 'r'],
    ['the later end', { restriction: block('r', LATER), review: block('v', SOON) }, 'r'],
    ['no end before any end', { restriction: block('r', LATER), ban: block('b') }, 'b'],
  ])('pause for the longest: %s', (_, blocks, reason) => {
    expect(longestBlock(blocks)?.reason ?? null).toBe(reason);
  });

  it('are lifted one by one', () => {
    const blocks = { ban: block('b'), restriction: block('r', LATER) };
    expect(blocksAfter(blocks, 'ban', { block: null, now: NOW })).toEqual({
      restriction: blocks.restriction,
    });
    expect(blocksAfter(blocks, 'offboarding', { block: null, now: NOW })).toEqual(blocks);
  });

  it('forget those that have ended', () => {
    const blocks = { restriction: block('r', PAST), review: block('v') };
    expect(blocksAfter(blocks, 'ban', { block: null, now: NOW })).toEqual({ review: blocks.review });
  });

  it('end with any lift when their cause was never recorded', () => {
    const blocks = { unknown: block('u') };
    expect(blocksAfter(blocks, 'offboarding', { block: null, now: NOW })).toEqual({});
    expect(blocksAfter(blocks, 'ban', { block: block('b'), now: NOW })).toEqual({
      ...blocks,
      ban: block('b'),
    });
  });
});
