import type { EntityManager } from 'typeorm';
import { and, execute, firstOf, join, rowsOf, type Sql, sql } from '../../platform/database/sql.js';
import type { Subscription } from '../consent/consent.js';
import type { ExportedProfile } from '../files/customer-csv.js';
import type { UserProfile } from './user-profile.entity.js';

const PROFILE = sql`id, organization_id AS "organizationId", whatsapp_phone AS "whatsappPhone", wa_id AS "waId",
  whatsapp_user_id AS "whatsappUserId", username, display_name AS "displayName", email, address, city, state,
  zipcode, country, customer_tier AS "customerTier", tags, attributes, is_active AS "isActive", subscription,
  marketing_opt_in_at AS "marketingOptInAt", marketing_opt_out_at AS "marketingOptOutAt",
  last_inbound_at AS "lastInboundAt", created_at AS "createdAt", updated_at AS "updatedAt"`;

export interface CustomerFilter {
  search?: string;
  /** Digits of `search`, when it looks like a number or a part of one. */
  digits?: string;
  /** Every spelling of the number that `search` is as a whole. */
  numbers?: readonly string[];
  tier?: string;
  city?: string;
  state?: string;
  zipcode?: string;
  tags?: readonly string[];
  subscription?: Subscription;
  isActive?: boolean;
  createdFrom?: Date;
  createdTo?: Date;
}

const terms = sql`search_terms(display_name, email, username, whatsapp_phone)`;

/** Beginning or end of a number: people search by the last digits as often as by the first. */
function digitsQuery(digits: string): string {
  const reversed = Array.from(digits).reverse().join('');
  return `'${digits}':* | '<${reversed}':*`;
}

/**
 * The matches are found first and by themselves: a planner that expects many of them would rather walk through
 * the list from its newest end and try each row, which for a rare word means a million rows.
 */
function searchCondition(organizationId: string, { search, digits, numbers }: CustomerFilter): Sql[] {
  if (search === undefined) return [];
  const ways = [sql`${terms} @@ search_query(${search})`];
  if (digits !== undefined) ways.push(sql`${terms} @@ ${digitsQuery(digits)}::tsquery`);
  if (numbers !== undefined) ways.push(sql`whatsapp_phone = ANY(${numbers})`);
  // Each way by its own index: under one OR they would be tried row by row.
  const each = ways.map(
    (way) => sql`SELECT id FROM user_profiles WHERE ${belongsTo(organizationId)} AND ${way}`,
  );
  return [sql`id IN (WITH found AS MATERIALIZED (${join(each, ' UNION ALL ')}) SELECT id FROM found)`];
}

function matching(organizationId: string, filter: CustomerFilter): Sql {
  const { tier, city, state, zipcode, tags, subscription, isActive, createdFrom, createdTo } = filter;
  return and([
    sql`organization_id = ${organizationId}`,
    ...searchCondition(organizationId, filter),
    ...(tier === undefined ? [] : [sql`customer_tier = ${tier}`]),
    ...(city === undefined ? [] : [sql`city = ${city}`]),
    ...(state === undefined ? [] : [sql`state = ${state}`]),
    ...(zipcode === undefined ? [] : [sql`zipcode = ${zipcode}`]),
    ...(tags === undefined ? [] : [sql`tags && ${tags}::text[]`]),
    ...(subscription === undefined ? [] : [sql`subscription = ${subscription}`]),
    ...(isActive === undefined ? [] : [sql`is_active = ${isActive}`]),
    ...(createdFrom === undefined ? [] : [sql`created_at >= ${createdFrom}`]),
    ...(createdTo === undefined ? [] : [sql`created_at < ${createdTo}`]),
  ]);
}

/** Newest first. Ids are in the order of creation, so the id is all that a cursor needs. */
export async function listProfiles(
  db: EntityManager,
  organizationId: string,
  filter: CustomerFilter,
  { before, limit, offset }: { before: string | undefined; limit: number; offset: number },
): Promise<UserProfile[]> {
  const older = before === undefined ? sql`true` : sql`id < ${before}`;
  return rowsOf(
    db,
    sql`SELECT ${PROFILE} FROM user_profiles WHERE ${matching(organizationId, filter)} AND ${older}
         ORDER BY id DESC LIMIT ${limit} OFFSET ${offset}`,
  );
}

export async function countProfiles(
  db: EntityManager,
  organizationId: string,
  filter: CustomerFilter,
): Promise<number> {
  const row = await firstOf<{ n: number }>(
    db,
    sql`SELECT count(*)::int AS n FROM user_profiles WHERE ${matching(organizationId, filter)}`,
  );
  return row?.n ?? 0;
}

/** Oldest first, so that an import of the file makes the customers in the same order. */
export async function exportBatch(
  db: EntityManager,
  organizationId: string,
  filter: CustomerFilter,
  after: string | undefined,
  limit: number,
): Promise<ExportedProfile[]> {
  const later = after === undefined ? sql`true` : sql`id > ${after}`;
  return rowsOf(
    db,
    sql`SELECT id, whatsapp_phone AS "whatsappPhone", wa_id AS "waId", whatsapp_user_id AS "whatsappUserId",
               username, display_name AS "displayName", email, address, city, state, zipcode, country,
               customer_tier AS "customerTier", tags, attributes::text AS "attributesText",
               is_active AS "isActive", subscription, marketing_opt_in_at AS "marketingOptInAt",
               marketing_opt_out_at AS "marketingOptOutAt"
          FROM user_profiles WHERE ${matching(organizationId, filter)} AND ${later}
         ORDER BY id LIMIT ${limit}`,
  );
}

export async function findProfile(
  db: EntityManager,
  organizationId: string,
  id: string,
): Promise<UserProfile | undefined> {
  return firstOf(
    db,
    sql`SELECT ${PROFILE} FROM user_profiles WHERE organization_id = ${organizationId} AND id = ${id}`,
  );
}

export async function lockProfile(
  tx: EntityManager,
  organizationId: string,
  id: string,
): Promise<UserProfile | undefined> {
  return firstOf(
    tx,
    sql`SELECT ${PROFILE} FROM user_profiles
         WHERE organization_id = ${organizationId} AND id = ${id} FOR UPDATE`,
  );
}

/**
 * For looking up single people, by an index that begins with what they are known by. A plain `=` would also fit the
 * index of the list, and of an organization that has just imported a million people the planner still believes
 * that it has none: it would walk through all of them for each look-up (measured: 13 times slower).
 */
export function belongsTo(organizationId: string): Sql {
  return sql`organization_id IS NOT DISTINCT FROM ${organizationId}`;
}

export async function findByIdentity(
  db: EntityManager,
  organizationId: string,
  numbers: readonly string[],
  userId: string | null,
): Promise<{ id: string; whatsappPhone: string | null }[]> {
  return rowsOf(
    db,
    sql`SELECT id, whatsapp_phone AS "whatsappPhone" FROM user_profiles
         WHERE ${belongsTo(organizationId)}
           AND (whatsapp_phone = ANY(${numbers}) OR whatsapp_user_id = ${userId})`,
  );
}

/** Those among many who have a profile; each way by its own index. */
export async function profilesKnownBy(
  db: EntityManager,
  organizationId: string,
  numbers: readonly string[],
  userIds: readonly string[],
): Promise<{ id: string; whatsappPhone: string | null; whatsappUserId: string | null }[]> {
  const among = (way: Sql): Sql =>
    sql`SELECT id, whatsapp_phone AS "whatsappPhone", whatsapp_user_id AS "whatsappUserId" FROM user_profiles
         WHERE ${belongsTo(organizationId)} AND ${way}`;
  return rowsOf(
    db,
    sql`${among(sql`whatsapp_phone = ANY(${numbers})`)} UNION ${among(sql`whatsapp_user_id = ANY(${userIds})`)}`,
  );
}

/** Everybody who may be meant by these numbers (spellings of one number) or this user id: one person, or two. */
export async function lockByIdentity(
  tx: EntityManager,
  organizationId: string,
  numbers: readonly string[],
  userId: string | null,
): Promise<UserProfile[]> {
  return rowsOf(
    tx,
    sql`SELECT ${PROFILE} FROM user_profiles
         WHERE ${belongsTo(organizationId)}
           AND (whatsapp_phone = ANY(${numbers}) OR whatsapp_user_id = ${userId})
         ORDER BY whatsapp_phone, whatsapp_user_id FOR UPDATE`,
  );
}

export type ProfileValues = Omit<
  UserProfile,
  'organizationId' | 'subscription' | 'marketingOptInAt' | 'marketingOptOutAt'
>;

/** False when somebody with this number or user id is there already. */
export async function insertProfile(
  tx: EntityManager,
  organizationId: string,
  values: ProfileValues,
): Promise<boolean> {
  const row = await firstOf(
    tx,
    sql`INSERT INTO user_profiles
          (id, organization_id, whatsapp_phone, wa_id, whatsapp_user_id, username, display_name, email, address,
           city, state, zipcode, country, customer_tier, tags, attributes, is_active, last_inbound_at,
           created_at, updated_at)
        VALUES (${values.id}, ${organizationId}, ${values.whatsappPhone}, ${values.waId}, ${values.whatsappUserId},
                ${values.username}, ${values.displayName}, ${values.email}, ${values.address}, ${values.city},
                ${values.state}, ${values.zipcode}, ${values.country}, ${values.customerTier}, ${values.tags},
                ${JSON.stringify(values.attributes)}, ${values.isActive}, ${values.lastInboundAt},
                ${values.createdAt}, ${values.updatedAt})
        ON CONFLICT DO NOTHING RETURNING id`,
  );
  return row !== undefined;
}

export type ProfileChange = Omit<ProfileValues, 'createdAt' | 'attributes'> & {
  attributes?: UserProfile['attributes'] | undefined;
};

/** All of the values at once, on a row that the caller has locked. */
export async function updateProfile(
  tx: EntityManager,
  organizationId: string,
  values: ProfileChange,
): Promise<void> {
  // Left alone unless it is replaced: read and written back, a number of 20 digits would not be the same.
  const attributes = values.attributes === undefined ? null : JSON.stringify(values.attributes);
  await execute(
    tx,
    sql`UPDATE user_profiles
           SET whatsapp_phone = ${values.whatsappPhone}, wa_id = ${values.waId},
               whatsapp_user_id = ${values.whatsappUserId}, username = ${values.username},
               display_name = ${values.displayName}, email = ${values.email}, address = ${values.address},
               city = ${values.city}, state = ${values.state}, zipcode = ${values.zipcode},
               country = ${values.country}, customer_tier = ${values.customerTier}, tags = ${values.tags},
               attributes = coalesce(${attributes}::jsonb, attributes), is_active = ${values.isActive},
               last_inbound_at = ${values.lastInboundAt}, updated_at = ${values.updatedAt}
         WHERE organization_id = ${organizationId} AND id = ${values.id}`,
  );
}

export async function deleteProfile(tx: EntityManager, organizationId: string, id: string): Promise<boolean> {
  const deleted = await execute(
    tx,
    sql`DELETE FROM user_profiles WHERE organization_id = ${organizationId} AND id = ${id}`,
  );
  return deleted === 1;
}

export async function noteInbound(
  tx: EntityManager,
  organizationId: string,
  id: string,
  at: Date,
): Promise<boolean> {
  const noted = await execute(
    tx,
    sql`UPDATE user_profiles SET last_inbound_at = ${at}, updated_at = greatest(updated_at, ${at})
         WHERE organization_id = ${organizationId} AND id = ${id}
           AND (last_inbound_at IS NULL OR last_inbound_at < ${at})`,
  );
  return noted === 1;
}
