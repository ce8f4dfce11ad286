import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { agreedAs, digestOf } from './item-digest.js';
import { type Digests, ITEM_FIELDS, TWO_WAY_FIELDS, type TwoWayField } from './item-fields.js';
import { CONFLICT_POLICIES, type ConflictPolicy, mergeField, mergeItem } from './item-merge.js';

const rule = (policy: ConflictPolicy, isAdopted = false, forced: TwoWayField[] = []) => ({
  policy,
  isAdopted,
  forced: new Set(forced),
});

describe('one field, three ways', () => {
  it.each([
    ['nobody changed', 'a', 'a', 'a', 'local', 'agreed'],
    ['we changed', 'b', 'a', 'a', 'meta', 'push'],
    ['they changed', 'a', 'b', 'a', 'local', 'pull'],
    ['both to the same', 'b', 'b', 'a', 'manual', 'agreed'],
    ['both, ours wins', 'b', 'c', 'a', 'local', 'push'],
    ['both, theirs wins', 'b', 'c', 'a', 'meta', 'pull'],
    ['both, a person decides', 'b', 'c', 'a', 'manual', 'conflict'],
    ['never agreed', 'a', 'b', undefined, 'meta', 'push'],
    ['they show nothing, we changed nothing', 'a', undefined, 'a', 'meta', 'agreed'],
    ['they show nothing, we changed', 'b', undefined, 'a', 'meta', 'push'],
  ] as const)('%s', (_, ours, theirs, agreed, policy, verdict) => {
    expect(mergeField('name', { ours, theirs, agreed }, rule(policy))).toBe(verdict);
  });

  it("takes Meta's value first in a catalog that was Meta's", () => {
    const digests = { ours: 'a', theirs: 'b', agreed: undefined };
    expect(mergeField('name', digests, rule('local', true))).toBe('pull');
  });

  it.each([
    ['nobody changed', 'a', 'b', 'agreed'],
    ['we changed', 'c', 'b', 'push'],
    ['they changed', 'a', 'c', 'pull'],
    ['we took theirs over', 'b', 'b', 'agreed'],
    ['they show nothing, we changed nothing', 'a', undefined, 'agreed'],
  ] as const)('leaves sides apart that agree to differ: %s', (_, ours, theirs, verdict) => {
    const digests = { ours, theirs, agreed: agreedAs('a', 'b') };
    expect(mergeField('description', digests, rule('local'))).toBe(verdict);
  });

  it('keeps what stock decides', () => {
    const digests = { ours: 'out', theirs: 'in', agreed: 'out' };
    expect(mergeField('availability', digests, rule('meta', true, ['availability']))).toBe('push');
  });
});

// A catalog of one item on both sides: values are small words, so that edits meet and undo each other often.
const WORDS = ['a', 'b', 'c'];
const edits = fc.array(
  fc.record({
    side: fc.constantFrom('ours', 'theirs'),
    field: fc.constantFrom(...TWO_WAY_FIELDS),
    value: fc.constantFrom(...WORDS),
  }),
  { maxLength: 12 },
);
interface Pair {
  ours: Digests;
  theirs: Digests;
  agreed: Digests;
}

function start(): Pair {
  const all = Object.fromEntries(ITEM_FIELDS.map((field) => [field, 'a'])) as Digests;
  const shown = Object.fromEntries(TWO_WAY_FIELDS.map((field) => [field, 'a'])) as Digests;
  return { ours: { ...all }, theirs: shown, agreed: { ...all } };
}

/** One full run: read, merge, pull, push, settle. Says whether anything was written to either side. */
function sync(pair: Pair, policy: ConflictPolicy, hidden: readonly TwoWayField[] = []) {
  const shown = Object.fromEntries(
    Object.entries(pair.theirs).filter(([field]) => !hidden.includes(field as TwoWayField)),
  );
  const merge = mergeItem(pair.ours, shown, pair.agreed, rule(policy));
  pair.agreed = merge.agreed;
  for (const field of merge.pull) pair.ours[field] = pair.theirs[field] ?? '';
  for (const field of merge.push) {
    const ours = pair.ours[field] ?? '';
    if ((TWO_WAY_FIELDS as readonly string[]).includes(field)) pair.theirs[field] = ours;
    pair.agreed[field] = ours;
  }
  return merge;
}

describe('merging', () => {
  it('brings both sides together with one run and writes nothing with the next', () => {
    fc.assert(
      fc.property(edits, fc.constantFrom('local' as const, 'meta' as const), (changes, policy) => {
        const pair = start();
        for (const { side, field, value } of changes) pair[side][field] = value;
        sync(pair, policy);
        for (const field of TWO_WAY_FIELDS) expect(pair.ours[field]).toBe(pair.theirs[field]);
        const second = sync(pair, policy);
        expect([second.pull, second.push, second.conflicts]).toEqual([[], [], []]);
      }),
    );
  });

  it('lets the policy decide only where both sides changed, and differently', () => {
    fc.assert(
      fc.property(edits, fc.constantFrom(...CONFLICT_POLICIES), (changes, policy) => {
        const pair = start();
        for (const { side, field, value } of changes) pair[side][field] = value;
        const before = { ours: { ...pair.ours }, theirs: { ...pair.theirs } };
        const merge = sync(pair, policy);
        for (const field of TWO_WAY_FIELDS) {
          const [ours, theirs] = [before.ours[field], before.theirs[field]];
          const bothChanged = ours !== 'a' && theirs !== 'a' && ours !== theirs;
          const winner = ours === 'a' ? theirs : theirs === 'a' ? ours : policy === 'meta' ? theirs : ours;
          expect(merge.conflicts.includes(field)).toBe(bothChanged && policy === 'manual');
          if (bothChanged && policy === 'manual')
            expect([pair.ours[field], pair.theirs[field]]).toEqual([ours, theirs]);
          else expect([pair.ours[field], pair.theirs[field]]).toEqual([winner, winner]);
        }
      }),
    );
  });

  it('takes a field that Meta does not show for no change', () => {
    const fields = fc.subarray([...TWO_WAY_FIELDS]);
    fc.assert(
      fc.property(fields, fc.constantFrom(...CONFLICT_POLICIES), (hidden, policy) => {
        const pair = start();
        const merge = sync(pair, policy, hidden);
        expect([merge.pull, merge.push, merge.conflicts]).toEqual([[], [], []]);
        expect(pair).toEqual(start());
      }),
    );
  });

  it('remembers a decision when the run ends before the push', () => {
    const pair = start();
    Object.assign(pair.ours, { name: 'b' });
    Object.assign(pair.theirs, { name: 'c' });
    const first = mergeItem(pair.ours, pair.theirs, pair.agreed, rule('local'));
    expect(first.push).toEqual(['name']);
    // The policy changed before the next run, the decision did not.
    const second = mergeItem(pair.ours, pair.theirs, first.agreed, rule('meta'));
    expect(second.push).toEqual(['name']);
  });
});

it.each([
  ['Tea & coffee', 'Tea &amp; coffee'],
  ['Ame\u0301lie', 'Amélie'],
  [' two  blanks\n', 'two\u00a0blanks'],
  ["it's", 'it&#39;s'],
])('%j and %j are the same to a merge', (ours, theirs) => {
  expect(digestOf(ours)).toBe(digestOf(theirs));
});
