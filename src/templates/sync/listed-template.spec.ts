import { describe, expect, it } from '@jest/globals';
import { readListedTemplate } from './listed-template.js';

const ITEM = {
  id: '1689556908129832',
  name: 'spring_sale',
  language: 'pt_BR',
  status: 'APPROVED',
  category: 'MARKETING',
  parameter_format: 'NAMED',
  components: [{ type: 'BODY', text: 'Hi {{first_name}}' }],
  quality_score: { score: 'GREEN', date: 1758754645 },
  rejected_reason: 'NONE',
};

describe('readListedTemplate', () => {
  it('reads what Meta lists', () => {
    expect(readListedTemplate(ITEM)).toEqual({
      metaTemplateId: '1689556908129832',
      name: 'spring_sale',
      language: 'pt_BR',
      category: 'MARKETING',
      nextCategory: null,
      status: 'APPROVED',
      statusReason: null,
      qualityScore: 'GREEN',
      parameterFormat: 'NAMED',
      components: [{ type: 'BODY', text: 'Hi {{first_name}}' }],
    });
  });

  it.each([
    [{ correct_category: 'MARKETING' }, { nextCategory: null }],
    [{ correct_category: 'utility' }, { nextCategory: 'UTILITY' }],
    [
      { rejected_reason: 'SCAM', status: 'REJECTED' },
      { statusReason: 'SCAM', status: 'REJECTED' },
    ],
    [
      { status: undefined, category: null },
      { status: 'UNKNOWN', category: 'UNKNOWN' },
    ],
    [
      { parameter_format: undefined, quality_score: 'GREEN' },
      { parameterFormat: 'POSITIONAL', qualityScore: null },
    ],
    [{ id: 1689556908129832 }, { metaTemplateId: '1689556908129832' }],
    [{ components: { type: 'BODY' } }, { components: [] }],
    [{ components: [null, 5, { type: 'BODY' }] }, { components: [{ type: 'BODY' }] }],
    [{ status: 'S'.repeat(99) }, { status: 'S'.repeat(40) }],
  ])('reads %j', (change, expected) => {
    expect(readListedTemplate({ ...ITEM, ...change })).toMatchObject(expected);
  });

  it('forgets the signed addresses of example files, wherever they are', () => {
    const header = { type: 'HEADER', format: 'IMAGE', example: { header_handle: ['https://x/?oh=1'] } };
    const components = [header, { type: 'CAROUSEL', cards: [{ components: [header] }] }];
    const bare = { type: 'HEADER', format: 'IMAGE', example: {} };
    expect(readListedTemplate({ ...ITEM, components })?.components).toEqual([
      bare,
      { type: 'CAROUSEL', cards: [{ components: [bare] }] },
    ]);
  });

  it.each([
    [null],
    ['x'],
    [[]],
    [{}],
    [{ ...ITEM, name: '' }],
    [{ ...ITEM, name: 'n'.repeat(513) }],
    [{ ...ITEM, language: 'x'.repeat(21) }],
    [{ ...ITEM, id: null }],
    [{ ...ITEM, components: [{ type: 'BODY', text: 'a\0b' }] }],
  ])('has no use for %j', (raw) => {
    expect(readListedTemplate(raw)).toBeNull();
  });
});
