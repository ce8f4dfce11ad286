import type { CustomerColumn } from './customer-columns.js';

/** A parsed and valid segment, with every relative date resolved. */
export interface Group {
  kind: 'group';
  logic: 'AND' | 'OR';
  negated: boolean;
  nodes: SegmentNode[];
}

export type SegmentNode = Group | Condition;
export type Condition = ColumnCondition | AttributeCondition | OrdersCondition | CampaignsCondition;

/**
 * `negated` covers the negative operators and `"not": true` alike: `ne` is the exact opposite of `eq`, so it also
 * holds for a customer without such a value. Nothing is ever unknown.
 */
export interface Tested {
  test: Test;
  negated: boolean;
}

export interface ColumnCondition extends Tested {
  kind: 'column';
  column: CustomerColumn;
}

export interface AttributeCondition extends Tested {
  kind: 'attribute';
  path: readonly string[];
}

export const ORDER_MEASURES = ['count', 'total', 'lastAt', 'products'] as const;
export type OrderMeasure = (typeof ORDER_MEASURES)[number];

export interface OrdersCondition extends Tested {
  kind: 'orders';
  measure: OrderMeasure;
  since: Date | undefined;
}

export const CAMPAIGN_EVENTS = ['received', 'read', 'responded', 'clicked'] as const;
export type CampaignEvent = (typeof CAMPAIGN_EVENTS)[number];

export interface CampaignsCondition extends Tested {
  kind: 'campaigns';
  event: CampaignEvent;
  since: Date | undefined;
}

export type Scalar = string | number | boolean;

export interface Bound<T> {
  value: T;
  inclusive: boolean;
}

export interface Range<T> {
  from?: Bound<T>;
  to?: Bound<T>;
}

/** The sixteen operators reduce to these. */
export type Test =
  | { kind: 'same'; values: readonly Scalar[] }
  | { kind: 'numbers'; range: Range<number> }
  | { kind: 'texts'; range: Range<string> }
  | { kind: 'instants'; range: Range<Date> }
  | { kind: 'contains' | 'startsWith'; text: string }
  | { kind: 'exists' };
