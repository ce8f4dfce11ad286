import type { EntityManager } from 'typeorm';
import { execute, sql } from '../platform/database/sql.js';
import type { EventKind } from './event-kinds.js';

export interface NewDomainEvent {
  organizationId: string;
  kind: EventKind;
  customerId: string | null;
  /** What the event is about: an order, a campaign, a message. */
  objectId: string | null;
  campaignId?: string | null;
  /** The object as its API shows it, and `from` and `to` when it moved. */
  data: Readonly<Record<string, unknown>>;
  occurredAt: Date;
  /** How many events led to this one, and through which rules: what ends circles. */
  depth?: number;
  chain?: readonly string[];
}

/**
 * Events come in the order of the list. The wants are asked once more: what a process remembers of them may be a second
 * old.
 */
export async function insertWanted(
  tx: EntityManager,
  events: readonly (NewDomainEvent & { id: string })[],
  { always, now }: { always: readonly string[]; now: Date },
): Promise<void> {
  const column = <T>(read: (event: NewDomainEvent & { id: string }) => T): T[] => events.map(read);
  await execute(
    tx,
    sql`INSERT INTO domain_events
          (id, organization_id, kind, customer_id, object_id, campaign_id, data, depth, chain, occurred_at, recorded_at)
        SELECT id, organization_id, kind, customer_id, object_id, campaign_id, data, depth, chain::uuid[], occurred_at,
               ${now}::timestamptz
          FROM unnest(${column(({ id }) => id)}::uuid[], ${column((one) => one.organizationId)}::uuid[],
                      ${column(({ kind }) => kind)}::text[], ${column((one) => one.customerId)}::uuid[],
                      ${column(({ objectId }) => objectId)}::uuid[],
                      ${column(({ campaignId }) => campaignId ?? null)}::uuid[],
                      ${column(({ data }) => storable(data))}::jsonb[], ${column(({ depth }) => depth ?? 0)}::smallint[],
                      ${column(({ chain }) => `{${(chain ?? []).join(',')}}`)}::text[],
                      ${column(({ occurredAt }) => occurredAt)}::timestamptz[]) WITH ORDINALITY
            AS event (id, organization_id, kind, customer_id, object_id, campaign_id, data, depth, chain, occurred_at, place)
         WHERE event.kind = ANY(${always}::text[])
            OR EXISTS (SELECT 1 FROM event_wants w
                        WHERE w.organization_id = event.organization_id
                          AND w.kind IN (event.kind, split_part(event.kind, '.', 1) || '.*', '*')
                          AND (w.campaign_id IS NULL OR w.campaign_id = event.campaign_id))
         ORDER BY place`,
  );
}

/** What people write may hold what PostgreSQL cannot store; an event must not fail the change that it reports. */
function storable(data: Readonly<Record<string, unknown>>): string {
  return JSON.stringify(data, (_key, value: unknown) =>
    typeof value === 'string' ? value.replaceAll('\0', '').toWellFormed() : value,
  );
}
