/** The kind of a column decides which operators and values it accepts. */
export type ColumnKind = 'id' | 'text' | 'phone' | 'set' | 'flag' | 'instant';

export interface CustomerColumn {
  /** In user_profiles. */
  name: string;
  kind: ColumnKind;
}

/** The columns a segment may query, each with its names in both APIs. */
const COLUMNS: readonly [column: string, kind: ColumnKind, ...names: string[]][] = [
  ['id', 'id'],
  ['whatsapp_phone', 'phone', 'phoneNumber', 'phone_number', 'whatsappPhone'],
  ['wa_id', 'text', 'waId'],
  ['whatsapp_user_id', 'text', 'whatsappUserId'],
  ['username', 'text'],
  ['display_name', 'text', 'name', 'displayName'],
  ['email', 'text'],
  ['address', 'text'],
  ['city', 'text'],
  ['state', 'text'],
  ['zipcode', 'text'],
  ['country', 'text'],
  ['customer_tier', 'text', 'customerTier'],
  ['tags', 'set'],
  ['is_active', 'flag', 'isActive'],
  ['subscription', 'text'],
  ['marketing_opt_in_at', 'instant', 'marketingOptInAt'],
  ['marketing_opt_out_at', 'instant', 'marketingOptOutAt'],
  ['last_inbound_at', 'instant', 'lastInboundAt'],
  ['created_at', 'instant', 'createdAt'],
  ['updated_at', 'instant', 'updatedAt'],
];

export const CUSTOMER_COLUMNS: ReadonlyMap<string, CustomerColumn> = new Map(
  COLUMNS.flatMap(([name, kind, ...others]) =>
    [name, ...others].map((spelling) => [spelling, { name, kind }] as const),
  ),
);
