import { sql } from '../../platform/database/sql.js';

/**
 * How many people campaigns of a portfolio `p` may message in a moving 24 hours, less the parts kept free for late deliveries and
 * for messages outside campaigns. Null: the limit is unknown, or there is none.
 */
export const PLANNABLE_LIMIT = sql`CASE WHEN NOT p.is_unlimited AND p.messaging_limit IS NOT NULL
  THEN greatest(0, p.messaging_limit - p.late_delivery_allowance - p.direct_reserve) END`;
