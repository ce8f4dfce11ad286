import type { EntityManager } from 'typeorm';
import { and, rowsOf, type Sql, sql } from '../../platform/database/sql.js';
import type { PlainValues } from './plain-values.js';
import type { SampleRecipient } from './sample-recipient.js';

const COLUMNS = sql`
  r.id, r.phone_number AS "phoneNumber", r.name, r.variables,
  CASE WHEN p.id IS NOT NULL THEN jsonb_build_object(
    'name', p.display_name, 'email', p.email, 'city', p.city, 'state', p.state, 'zipcode', p.zipcode,
    'country', p.country, 'customerTier', p.customer_tier, 'customer_tier', p.customer_tier,
    'attributes', p.attributes) END AS customer`;

// The first character begins neither a list nor an object, and could not begin a blank text.
const IS_TEXT =
  '^[^[{[:space:][:cntrl:]\\u0080-\\u00a0\\u1680\\u2000-\\u200f\\u2028-\\u202f\\u205f\\u3000\\ufeff]';

function isPlain({ names, maxBytes }: PlainValues): Sql {
  const own = sql`coalesce(r.variables, '{}')`;
  return and([
    sql`${own} - ${names}::text[] = '{}'`,
    sql`octet_length(${own}::text) + octet_length(r.name) <= ${maxBytes}`,
    sql`r.name ~ ${IS_TEXT}`,
    ...names.map((name) => sql`(${own} ->> ${name}) ~ ${IS_TEXT}`),
  ]);
}

export interface Page {
  after: string | null;
  limit: number;
}

/** Pending recipients, except those whose values are known to be plain. */
export async function samplePending(
  db: EntityManager,
  campaignId: string,
  { after, limit }: Page,
  plain: PlainValues | null,
): Promise<SampleRecipient[]> {
  const further = and([
    ...(after === null ? [] : [sql`r.id > ${after}`]),
    ...(plain === null ? [] : [sql`${isPlain(plain)} IS NOT TRUE`]),
  ]);
  return rowsOf<SampleRecipient>(
    db,
    sql`SELECT ${COLUMNS} FROM campaign_recipients r LEFT JOIN user_profiles p ON p.id = r.customer_id
         WHERE r.campaign_id = ${campaignId} AND r.status = 'pending' AND ${further}
         ORDER BY r.id LIMIT ${limit}`,
  );
}

export async function sampleRecipient(
  db: EntityManager,
  campaignId: string,
  phoneNumber: string | undefined,
): Promise<SampleRecipient | undefined> {
  const which = phoneNumber === undefined ? sql`true` : sql`r.phone_number = ${phoneNumber}`;
  const rows = await rowsOf<SampleRecipient>(
    db,
    sql`SELECT ${COLUMNS} FROM campaign_recipients r LEFT JOIN user_profiles p ON p.id = r.customer_id
         WHERE r.campaign_id = ${campaignId} AND ${which} ORDER BY r.id LIMIT 1`,
  );
  return rows[0];
}
