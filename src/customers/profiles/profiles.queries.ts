import type { EntityManager } from 'typeorm';
import { belongsTo } from './belongs-to.js';
import { and, execute, firstOf, join, rowsOf, type Sql, sql } from '../../platform/database/sql.js';
import type { Subscription } from './subscription.js';
import type { ExportedProfile } from './exported-profile.js';
import type { UserProfile } from './user-profile.entity.js';

const PROFILE = sql`id, organization_id AS "organizationId", whatsapp_phone AS "whatsappPhone", wa_id AS "waId",
  whatsapp_user_id AS "whatsappUserId", username, display_name AS "displayName", email, address, city, state,
  zipcode, country, customer_tier AS "customerTier", tags, attributes, is_active AS "isActive", subscription,
  marketing_opt_in_at AS "marketingOptInAt", marketing_opt_out_at AS "marketingOptOutAt",
  last_inbound_at AS "lastInboundAt", created_at AS "createdAt", updated_at AS "updatedAt"`;

export interface CustomerFilter {
  search?: string;
  /** Digits of `search`, if it looks like a phone number or a part of one. */
  digits?: string;
  /** Every spelling of the number, if `search` is a complete one. */
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

/** Matches the beginning or end of a number: people search by the last digits as often as by the first. */
function digitsQuery(digits: string): string {
  const reversed = Array.from(digits).reverse().join('');
  return `'${digits}':* | '<${reversed}':*`;
}

/**
 * Finds the matches first, on their own. A planner that expects many matches would rather walk the list from its
 * newest end and test each row, which means a million rows for a rare word.
 */
function searchCondition(organizationId: string, { search, digits, numbers }: CustomerFilter): Sql[] {
  if (search === undefined) return [];
  const ways = [sql`${terms} @@ search_query(${search})`];
  if (digits !== undefined) ways.push(sql`${terms} @@ ${digitsQuery(digits)}::tsquery`);
  if (numbers !== undefined) ways.push(sql`whatsapp_phone = ANY(${numbers})`);
  // Each way uses its own index; combined with OR they would be tested row by row.
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

/** Newest first. Ids are ordered by creation, so a cursor needs only the id. */
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

/** Oldest first, so that importing the file creates the customers in the same order. */
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

/** The customer with this number (in its spellings, the likeliest first), or with this user id. */
export async function findKnownAs(
  db: EntityManager,
  organizationId: string,
  numbers: readonly string[],
  userId: string | null,
): Promise<UserProfile | undefined> {
  return firstOf(
    db,
    sql`SELECT ${PROFILE} FROM user_profiles
         WHERE ${belongsTo(organizationId)}
           AND (whatsapp_phone = ANY(${numbers}) OR whatsapp_user_id = ${userId})
         ORDER BY array_position(${numbers}::text[], whatsapp_phone::text) LIMIT 1`,
  );
}

/** The profiles known by any of the numbers or user ids. Each kind uses its own index. */
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

/** The profiles that these numbers (spellings of one number) or this user id may mean: one person, or two. */
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

/** False if a profile with this number or user id already exists. */
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

/** Writes all values at once. The caller must have locked the row. */
export async function updateProfile(
  tx: EntityManager,
  organizationId: string,
  values: ProfileChange,
): Promise<void> {
  // Only written when replaced: reading and writing back would change a number of 20 digits.
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

/** Of profiles without a user id. Returns those that have got one. */
export async function learnUserIds(
  tx: EntityManager,
  organizationId: string,
  people: readonly { id: string; userId: string }[],
  now: Date,
): Promise<string[]> {
  const ids = people.map(({ id }) => id);
  const rows = await rowsOf<{ id: string }>(
    tx,
    sql`UPDATE user_profiles p SET whatsapp_user_id = n.user_id, updated_at = ${now}
          FROM unnest(${ids}::uuid[], ${people.map(({ userId }) => userId)}::text[]) AS n (id, user_id)
         WHERE p.id = n.id AND p.whatsapp_user_id IS NULL
           AND p.id IN (SELECT id FROM user_profiles
                         WHERE ${belongsTo(organizationId)} AND id = ANY(${ids}::uuid[])
                         ORDER BY whatsapp_phone FOR UPDATE)
        RETURNING p.id`,
  );
  return rows.map(({ id }) => id);
}

export async function deleteProfile(tx: EntityManager, organizationId: string, id: string): Promise<boolean> {
  const deleted = await execute(
    tx,
    sql`DELETE FROM user_profiles WHERE organization_id = ${organizationId} AND id = ${id}`,
  );
  return deleted === 1;
}

/** The times only move forward. */
export async function noteInbound(
  tx: EntityManager,
  organizationId: string,
  notes: readonly { profileId: string; at: Date }[],
): Promise<void> {
  await execute(
    tx,
    sql`UPDATE user_profiles p SET last_inbound_at = n.at, updated_at = greatest(p.updated_at, n.at)
          FROM (SELECT id, max(at) AS at
                  FROM unnest(${notes.map(({ profileId }) => profileId)}::uuid[],
                              ${notes.map(({ at }) => at)}::timestamptz[]) AS note (id, at) GROUP BY id) AS n
         WHERE p.${belongsTo(organizationId)} AND p.id = n.id
           AND (p.last_inbound_at IS NULL OR p.last_inbound_at < n.at)`,
  );
}

/** What messages say about their people. */
export type IdentityValues = Pick<
  UserProfile,
  'whatsappPhone' | 'waId' | 'whatsappUserId' | 'username' | 'displayName'
>;

const IDENTITY_COLUMNS = sql`id, whatsapp_phone, wa_id, whatsapp_user_id, username, display_name`;

function identityRows(people: readonly ({ id: string } & IdentityValues)[]): Sql {
  return sql`unnest(${people.map(({ id }) => id)}::uuid[], ${people.map((one) => one.whatsappPhone)}::text[],
                    ${people.map(({ waId }) => waId)}::text[], ${people.map((one) => one.whatsappUserId)}::text[],
                    ${people.map(({ username }) => username)}::text[],
                    ${people.map(({ displayName }) => displayName)}::text[]) AS n (${IDENTITY_COLUMNS})`;
}

/** In the order in which imports insert, too. Returns the new ones: a profile with the same identity wins. */
export async function insertContacts(
  tx: EntityManager,
  organizationId: string,
  people: readonly ({ id: string } & IdentityValues)[],
  now: Date,
): Promise<string[]> {
  if (people.length === 0) return [];
  const rows = await rowsOf<{ id: string }>(
    tx,
    sql`INSERT INTO user_profiles (organization_id, ${IDENTITY_COLUMNS}, created_at, updated_at)
        SELECT ${organizationId}::uuid, ${IDENTITY_COLUMNS}, ${now}::timestamptz, ${now}::timestamptz
          FROM ${identityRows(people)} ORDER BY whatsapp_phone, whatsapp_user_id
        ON CONFLICT DO NOTHING RETURNING id`,
  );
  return rows.map(({ id }) => id);
}

/** The caller must have locked the rows. */
export async function updateIdentities(
  tx: EntityManager,
  organizationId: string,
  people: readonly ({ id: string } & IdentityValues)[],
  now: Date,
): Promise<void> {
  if (people.length === 0) return;
  await execute(
    tx,
    sql`UPDATE user_profiles p
           SET whatsapp_phone = n.whatsapp_phone, wa_id = n.wa_id, whatsapp_user_id = n.whatsapp_user_id,
               username = n.username, display_name = n.display_name, updated_at = ${now}
          FROM ${identityRows(people)} WHERE p.${belongsTo(organizationId)} AND p.id = n.id`,
  );
}

export async function findProfiles(
  db: EntityManager,
  organizationId: string,
  ids: readonly string[],
): Promise<UserProfile[]> {
  if (ids.length === 0) return [];
  return rowsOf(
    db,
    sql`SELECT ${PROFILE} FROM user_profiles WHERE ${belongsTo(organizationId)} AND id = ANY(${ids}::uuid[])`,
  );
}

/** The profiles of many people. Each kind of identity uses its own index. */
export async function lockByIdentities(
  tx: EntityManager,
  organizationId: string,
  numbers: readonly string[],
  userIds: readonly string[],
): Promise<UserProfile[]> {
  return rowsOf(
    tx,
    sql`SELECT ${PROFILE} FROM user_profiles
         WHERE id IN (SELECT id FROM user_profiles WHERE ${belongsTo(organizationId)} AND whatsapp_phone = ANY(${numbers})
                       UNION
                      SELECT id FROM user_profiles WHERE ${belongsTo(organizationId)} AND whatsapp_user_id = ANY(${userIds}))
         ORDER BY whatsapp_phone, whatsapp_user_id FOR UPDATE`,
  );
}
