import { describe, expect, it } from '@jest/globals';
import { treeOf } from '../../features/segment-tree/tree.ts';
import { RECIPES, recipeOf } from './recipes.ts';

const birthday = { path: 'attributes.birthDate', label: 'Birth date', group: 'attributes' as const };
const days = [
  '2024-12-30',
  '2024-12-31',
  '2025-01-01',
  '2025-01-02',
  '2025-01-03',
  '2025-01-04',
  '2025-01-05',
];

describe('recipes', () => {
  it.each(RECIPES)('%s opens in the editor', (recipe) => {
    expect(treeOf(recipeOf(recipe, [birthday], days))).toMatchObject({ ok: true });
  });

  it('find birthdays by month and day, over the turn of the year', () => {
    expect(recipeOf('birthdays', [birthday], days)).toMatchObject({
      logic: 'OR',
      conditions: [
        { field: 'attributes.birthDate', operator: 'contains', value: '-12-30' },
        { value: '-12-31' },
        { value: '-01-01' },
        {},
        {},
        {},
        { value: '-01-05' },
      ],
    });
  });

  it('leave birthdays out where none are known', () => {
    const order = { path: 'orders.count', label: 'Birth', group: 'orders' as const };
    expect(recipeOf('birthdays', [order], days)).toBeUndefined();
  });
});
