import { identifier, join, type Sql, sql } from '../../platform/database/sql.js';
import { inRange } from './compile-range.js';
import type { CustomerColumn } from './customer-columns.js';
import type { Test } from './segment.js';

/** Null if the column is null: the caller turns that into "does not hold". */
export function compileColumn({ name, kind }: CustomerColumn, test: Test): Sql {
  const column = join([sql`p`, identifier(name)], '.');
  switch (test.kind) {
    case 'same':
      if (kind === 'flag') return sql`${column} = ANY(${test.values}::boolean[])`;
      if (kind === 'id') return sql`${column} = ANY(${test.values}::uuid[])`;
      return kind === 'set'
        ? sql`${column} && ${test.values}::text[]`
        : sql`${column} = ANY(${test.values}::text[])`;
    case 'texts':
      // By code point, as in the attributes: a range must not depend on the locale of the database.
      return inRange(sql`${column} COLLATE "C"`, test.range);
    case 'instants':
      return inRange(column, test.range);
    case 'contains':
    case 'startsWith': {
      const pattern = likePattern(test.kind, test.text);
      return kind === 'set'
        ? sql`EXISTS (SELECT FROM unnest(${column}) AS element (v) WHERE element.v ILIKE ${pattern})`
        : sql`${column} ILIKE ${pattern}`;
    }
    case 'exists':
      return kind === 'set' ? sql`${column} <> '{}'` : sql`${column} IS NOT NULL`;
    case 'numbers':
      throw new TypeError('no column of a customer holds a number');
  }
}

export function likePattern(kind: 'contains' | 'startsWith', text: string): string {
  const literal = text.replaceAll(/[\\%_]/g, String.raw`\$&`);
  return kind === 'startsWith' ? `${literal}%` : `%${literal}%`;
}
