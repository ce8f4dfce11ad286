import type { SegmentField } from '../../features/segment-tree/tree.ts';

export const RECIPES = ['lapsed', 'silent', 'birthdays', 'fresh'] as const;
export type Recipe = (typeof RECIPES)[number];

const DAYS = 7;
const BIRTHDAY = /birth|dob\b/i;

/** Groups to begin with. That of birthdays needs a detail that holds them. */
export function recipeOf(
  recipe: Recipe,
  fields: readonly Pick<SegmentField, 'path' | 'label' | 'group'>[],
  nextDays: readonly string[],
): Record<string, unknown> | undefined {
  switch (recipe) {
    case 'lapsed':
      return all([
        { field: 'orders.lastAt', operator: 'exists' },
        { field: 'orders.lastAt', operator: 'notWithinLast', value: '90 days' },
      ]);
    case 'silent':
      return all([
        { field: 'campaigns.read', operator: 'gte', value: 1, window: '90 days' },
        { field: 'campaigns.responded', operator: 'notExists', window: '90 days' },
      ]);
    case 'fresh':
      return all([{ field: 'createdAt', operator: 'withinLast', value: '30 days' }]);
    case 'birthdays': {
      const field = fields.find(
        ({ group, path, label }) => group === 'attributes' && (BIRTHDAY.test(path) || BIRTHDAY.test(label)),
      );
      if (field === undefined) return undefined;
      const conditions = nextDays
        .slice(0, DAYS)
        .map((day) => ({ field: field.path, operator: 'contains', value: day.slice(4) }));
      return { logic: 'OR', conditions };
    }
  }
}

const all = (conditions: readonly object[]): Record<string, unknown> => ({ logic: 'AND', conditions });
