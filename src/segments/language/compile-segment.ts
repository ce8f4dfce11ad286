import { join, type Sql, sql } from '../../platform/database/sql.js';
import { compileAttributes } from './compile-attributes.js';
import { compileColumn } from './compile-columns.js';
import { compileCampaigns, compileOrders } from './compile-history.js';
import type { AttributeCondition, Condition, Group, SegmentNode } from './segment.js';

/**
 * Compiles the segment into a condition on `user_profiles p` with every value as a bound parameter. The condition may
 * be null where it does not hold, which WHERE accepts: AND and OR never turn null into true, and a negated condition is
 * compared with true first.
 */
export function compileSegment({ logic, negated, nodes }: Group, organizationId: string): Sql {
  const isAttribute = (node: SegmentNode): node is AttributeCondition => node.kind === 'attribute';
  const together = logic === 'AND' ? nodes.filter(isAttribute) : [];
  const pieces = [
    ...(together.length === 0 ? [] : [compileAttributes(together)]),
    ...nodes
      .filter((node) => logic === 'OR' || !isAttribute(node))
      .map((node) =>
        node.kind === 'group' ? compileSegment(node, organizationId) : compileCondition(node, organizationId),
      ),
  ];
  const group = sql`(${join(pieces, ` ${logic} `)})`;
  return negated ? isNotTrue(group) : group;
}

function compileCondition(condition: Condition, organizationId: string): Sql {
  switch (condition.kind) {
    case 'column': {
      const holds = compileColumn(condition.column, condition.test);
      return condition.negated ? isNotTrue(holds) : holds;
    }
    case 'attribute':
      return compileAttributes([condition]);
    case 'orders':
      return compileOrders(condition, organizationId);
    case 'campaigns':
      return compileCampaigns(condition, organizationId);
  }
}

const isNotTrue = (condition: Sql): Sql => sql`((${condition}) IS NOT TRUE)`;
