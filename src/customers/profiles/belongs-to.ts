import { type Sql, sql } from '../../platform/database/sql.js';

/**
 * For looking up single people through an index that starts with their number or user id. A plain `=` would also
 * match the index of the list. Right after an organization imports a million people, the planner still believes it
 * has none and would walk all of them for each look-up (measured: 13 times slower).
 */
export function belongsTo(organizationId: string): Sql {
  return sql`organization_id IS NOT DISTINCT FROM ${organizationId}`;
}
