import { describe, expect, it } from '@jest/globals';
import { isSelectable } from '../../events/event-kinds.js';
import { selectionsOf, TOPIC_NAMES, unknownWords } from './stream-topics.js';

const all = (): boolean => true;

describe('topics of a stream', () => {
  it.each(TOPIC_NAMES)('%s selects kinds that exist', (topic) => {
    const selections = selectionsOf({ topics: [topic], kinds: [] }, all);
    expect(selections.length).toBeGreaterThan(0);
    expect(selections.filter((selection) => !isSelectable(selection))).toEqual([]);
  });

  it('are all that may be read when none is named, and never the messages of campaigns', () => {
    const selections = selectionsOf({ topics: [], kinds: [] }, (scope) => scope === 'campaigns:read');
    expect(selections).toContain('campaign.paused');
    expect(selections).toContain('sender.*');
    expect(selections).not.toContain('order.*');
    expect(
      selectionsOf({ topics: [], kinds: [] }, all).filter((one) => /^(\*|campaign\.(\*|message))/.test(one)),
    ).toEqual([]);
    expect(selectionsOf({ topics: [], kinds: [] }, () => false)).toEqual(['notification.created']);
    expect(selectionsOf({ topics: ['import'], kinds: [] }, (scope) => scope === 'catalog:read')).toEqual([
      'import.products',
    ]);
  });

  it('and kinds add up; a word that is neither is named', () => {
    const asked = { topics: ['need'], kinds: ['order.paid', 'notification.created'] };
    expect(selectionsOf(asked, all)).toEqual(['notification.created', 'order.paid']);
    expect(unknownWords({ topics: ['toString', 'order'], kinds: ['order.sold', '*'] })).toEqual([
      { field: 'topics', word: 'toString' },
      { field: 'kinds', word: 'order.sold' },
    ]);
  });
});
