import { and, type Sql, sql } from '../../platform/database/sql.js';
import type { Range } from './segment.js';

/** `convert` gives the bound its SQL type. */
export function inRange<T>(
  operand: Sql,
  { from, to }: Range<T>,
  convert: (value: T) => Sql = (value) => sql`${value}`,
): Sql {
  return and([
    ...(from === undefined
      ? []
      : [sql`${operand} ${from.inclusive ? sql`>=` : sql`>`} ${convert(from.value)}`]),
    ...(to === undefined ? [] : [sql`${operand} ${to.inclusive ? sql`<=` : sql`<`} ${convert(to.value)}`]),
  ]);
}
