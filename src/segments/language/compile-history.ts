import { and, type Sql, sql } from '../../platform/database/sql.js';
import { likePattern } from './compile-columns.js';
import { inRange } from './compile-range.js';
import type { CampaignEvent, CampaignsCondition, OrdersCondition, Range, Test } from './segment.js';

/** A read message was also received: Meta may skip the status in between. */
const HAPPENED: Readonly<Record<CampaignEvent, Sql>> = {
  received: sql`coalesce(r.delivered_at, r.read_at)`,
  read: sql`r.read_at`,
  responded: sql`r.responded_at`,
  clicked: sql`r.clicked_at`,
};

export function compileOrders(condition: OrdersCondition, organizationId: string): Sql {
  const { measure, test, negated, since } = condition;
  const purchase = and([
    sql`o.organization_id = ${organizationId}`,
    ...(since === undefined ? [] : [sql`o.placed_at >= ${since}`]),
  ]);
  const grouped = (having: Sql, more = sql`true`): Sql =>
    perCustomer(
      sql`SELECT o.customer_id FROM customer_order_facts o WHERE ${purchase} AND ${more}
           GROUP BY o.customer_id HAVING ${having}`,
    );
  switch (measure) {
    case 'count':
      return measured(test, negated, sql`count(*)`, grouped);
    case 'total':
      return measured(test, negated, sql`sum(o.total)`, grouped);
    case 'lastAt':
      return not(negated, grouped(lastOrder(test), noneBefore(test)));
    case 'products':
      return not(
        negated,
        sql`EXISTS (SELECT FROM customer_order_item_facts o
                     WHERE o.customer_id = p.id AND ${purchase} AND ${productIs(test)})`,
      );
  }
}

export function compileCampaigns(condition: CampaignsCondition, organizationId: string): Sql {
  const { event, test, negated, since } = condition;
  const at = HAPPENED[event];
  const happened = and([
    sql`r.organization_id = ${organizationId}`,
    sql`${at} IS NOT NULL`,
    ...(since === undefined ? [] : [sql`${at} >= ${since}`]),
  ]);
  const one = (more: Sql): Sql =>
    not(
      negated,
      sql`EXISTS (SELECT FROM customer_campaign_facts r WHERE r.customer_id = p.id AND ${happened} AND ${more})`,
    );
  if (test.kind === 'exists') return one(sql`true`);
  if (test.kind === 'instants') return one(inRange(at, test.range));
  if (test.kind === 'same' && typeof test.values[0] === 'string')
    return one(sql`r.campaign_id = ANY(${test.values}::uuid[])`);
  return measured(test, negated, sql`count(*)`, (having) =>
    perCustomer(
      sql`SELECT r.customer_id FROM customer_campaign_facts r WHERE ${happened}
           GROUP BY r.customer_id HAVING ${having}`,
    ),
  );
}

/**
 * Joined to the groups instead of counted per customer: the planner can then build all groups at once or push the
 * customer into them, whichever is cheaper.
 */
function perCustomer(groups: Sql): Sql {
  return sql`EXISTS (SELECT FROM (${groups}) x WHERE x.customer_id = p.id)`;
}

/** Customers without rows form no group. If zero satisfies the test, select those who fail it and negate. */
function measured(test: Test, negated: boolean, measure: Sql, grouped: (having: Sql) => Sql): Sql {
  const passes =
    test.kind === 'same'
      ? sql`${measure}::numeric = ANY(${test.values}::numeric[])`
      : inRange(measure, numbersOf(test), (value) => sql`${value}::numeric`);
  return zeroPasses(test) ? not(!negated, grouped(sql`NOT (${passes})`)) : not(negated, grouped(passes));
}

function zeroPasses(test: Test): boolean {
  if (test.kind === 'same') return test.values.includes(0);
  const { from, to } = numbersOf(test);
  const above = from === undefined || from.value < 0 || (from.inclusive && from.value === 0);
  const below = to === undefined || to.value > 0 || (to.inclusive && to.value === 0);
  return above && below;
}

function numbersOf(test: Test): Range<number> {
  if (test.kind !== 'numbers') throw new TypeError(`a count is never tested by ${test.kind}`);
  return test.range;
}

function lastOrder(test: Test): Sql {
  return test.kind === 'instants' ? inRange(sql`max(o.placed_at)`, test.range) : sql`true`;
}

/** Customers whose last order is not before an instant have an order since then: the index finds just those orders. */
function noneBefore(test: Test): Sql {
  return test.kind === 'instants' && test.range.from !== undefined
    ? sql`o.placed_at >= ${test.range.from.value}`
    : sql`true`;
}

function productIs(test: Test): Sql {
  switch (test.kind) {
    case 'same':
      return sql`(o.product_sku = ANY(${test.values}::text[]) OR o.product_name = ANY(${test.values}::text[])
                  OR o.product_id::text = ANY(${test.values}::text[]))`;
    case 'contains':
    case 'startsWith': {
      const pattern = likePattern(test.kind, test.text);
      return sql`(o.product_sku ILIKE ${pattern} OR o.product_name ILIKE ${pattern})`;
    }
    default:
      return sql`true`;
  }
}

function not(negated: boolean, exists: Sql): Sql {
  return negated ? sql`NOT ${exists}` : exists;
}
