import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Clock } from '../../platform/clock/clock.js';
import { Cipher } from '../../platform/encryption/cipher.js';
import { notFound } from '../../rules/errors/domain-error.js';
import { uuidV7 } from '../../rules/ids/uuid-v7.js';
import * as queries from './consent.queries.js';
import { type ConsentEvent, type ConsentKind, foldConsent, standingRefusals } from './consent.js';
import { numberIdentity } from '../../rules/phone/number-variants.js';

export type { ConsentState } from './consent.queries.js';

export interface ConsentStatement {
  profileId: string;
  kind: ConsentKind;
  /** Where it came from, as in `api`, `import`, `webhook`. */
  source: string;
  evidence: Record<string, unknown>;
  /** When it was said, not when we heard of it. */
  occurredAt: Date;
  keyId: string | null;
}

/**
 * The only writer of consent. What was said is kept in consent_events; the columns of the profile are what it adds
 * up to; suppressions are the standing refusals under keyed hashes, which outlive the profile. All three change
 * in one transaction under the lock of the profile's row, so no order of arrival can make them disagree.
 */
@Injectable()
export class ConsentService {
  constructor(
    private readonly cipher: Cipher,
    private readonly clock: Clock,
  ) {}

  /** Tells what their consent is now; null when it is what it was. */
  async recordConsent(
    tx: EntityManager,
    organizationId: string,
    statement: ConsentStatement,
  ): Promise<queries.ConsentState | null> {
    const changed = await this.settleAll(tx, organizationId, [statement.profileId], [statement]);
    return changed.get(statement.profileId) ?? null;
  }

  /** Many at once, for imports; tells whose consent is another one now. The same statement twice counts once. */
  async recordAll(
    tx: EntityManager,
    organizationId: string,
    statements: readonly ConsentStatement[],
  ): Promise<Set<string>> {
    const ids = [...new Set(statements.map(({ profileId }) => profileId))];
    return new Set((await this.settleAll(tx, organizationId, ids, statements)).keys());
  }

  /** Brings profiles that are new, or known by another number or id than before, in line with what was said before. */
  async settle(tx: EntityManager, organizationId: string, profileIds: readonly string[]): Promise<void> {
    await this.settleAll(tx, organizationId, profileIds, []);
  }

  /** Those of the given numbers and user ids that must not be written to, whether or not they have a profile. */
  async suppressedAmong(
    db: EntityManager,
    organizationId: string,
    identities: readonly string[],
  ): Promise<Set<string>> {
    if (identities.length === 0 || !(await queries.hasSuppressions(db, organizationId))) return new Set();
    const hashes = identities.map((identity) => this.identityHash(organizationId, identity));
    const found = await queries.suppressionsOf(db, organizationId, hashes);
    const suppressed = new Set(found.map(({ identityHash }) => identityHash));
    return new Set(identities.filter((_, index) => suppressed.has(hashes[index] ?? '')));
  }

  /** Of an E.164 number, in whichever of its spellings, or of a business-scoped user id. */
  identityHash(organizationId: string, identity: string): string {
    const known = identity.startsWith('+') ? numberIdentity(identity) : identity;
    return this.cipher.hash(`consent:${organizationId}:${known}`);
  }

  private async settleAll(
    tx: EntityManager,
    organizationId: string,
    profileIds: readonly string[],
    statements: readonly ConsentStatement[],
  ): Promise<Map<string, queries.ConsentState>> {
    if (profileIds.length === 0) return new Map();
    const now = this.clock.now();
    const subjects = await queries.lockSubjects(tx, organizationId, profileIds);
    const hashesOf = new Map(subjects.map((subject) => [subject.id, this.hashesOf(organizationId, subject)]));
    const missing = profileIds.find((id) => !hashesOf.has(id));
    if (missing !== undefined) throw notFound('customer', missing);

    const hashes = [...hashesOf.values()].flat();
    const suppressions = grouped(
      await queries.suppressionsOf(tx, organizationId, hashes),
      ({ identityHash }) => identityHash,
    );
    const history = grouped(
      await queries.eventsOf(tx, organizationId, profileIds),
      ({ profileId }) => profileId,
    );

    const added = statements.filter(({ profileId, kind, source, occurredAt }) => {
      const known = grow(history, profileId);
      const isRepeated = known.some(
        (event) =>
          event.kind === kind && event.source === source && event.at.getTime() === occurredAt.getTime(),
      );
      if (!isRepeated) known.push({ profileId, kind, source, at: occurredAt });
      return !isRepeated;
    });
    if (added.length > 0) {
      const rows = added.map((statement) => ({
        ...statement,
        id: uuidV7(),
        identityHash: hashesOf.get(statement.profileId)?.[0] ?? '',
      }));
      await queries.insertEvents(tx, organizationId, rows, now);
    }

    const changed = new Map<string, queries.ConsentState>();
    const standing: queries.SuppressionRow[] = [];
    for (const subject of subjects) {
      const own = hashesOf.get(subject.id) ?? [];
      const events: ConsentEvent[] = [
        ...(history.get(subject.id) ?? []),
        ...own.flatMap((hash) => suppressions.get(hash) ?? []),
        ...unexplainedRefusal(subject, history.get(subject.id) ?? []),
      ];
      const state = stateOf(events);
      if (!isSame(subject, state)) changed.set(subject.id, state);
      for (const identityHash of own) {
        for (const { kind, source, at } of standingRefusals(events))
          standing.push({ identityHash, kind, source, at });
      }
    }
    if (changed.size > 0) {
      const states = [...changed].map(([id, state]) => ({ id, ...state }));
      await queries.writeStates(tx, organizationId, states, now);
    }
    if (standing.length > 0 || suppressions.size > 0) {
      await queries.writeSuppressions(tx, organizationId, hashes, standing);
    }
    return changed;
  }

  private hashesOf(organizationId: string, subject: queries.Subject): string[] {
    return [subject.whatsappPhone, subject.whatsappUserId].flatMap((identity) =>
      identity === null ? [] : [this.identityHash(organizationId, identity)],
    );
  }
}

/** Somebody unsubscribed by SQL has no history, and must not be resubscribed by the next look at it. */
function unexplainedRefusal(
  { subscription, marketingOptOutAt }: queries.Subject,
  history: readonly ConsentEvent[],
): ConsentEvent[] {
  if (subscription === 'subscribed' || history.length > 0) return [];
  return [{ kind: 'opt_out', at: marketingOptOutAt ?? new Date(0), source: 'database' }];
}

function stateOf(events: readonly ConsentEvent[]): queries.ConsentState {
  const consent = foldConsent(events);
  if (consent === null)
    return { subscription: 'subscribed', marketingOptInAt: null, marketingOptOutAt: null };
  const { subscription, since } = consent;
  return subscription === 'subscribed'
    ? { subscription, marketingOptInAt: since, marketingOptOutAt: null }
    : { subscription, marketingOptInAt: null, marketingOptOutAt: since };
}

function isSame(a: queries.ConsentState, b: queries.ConsentState): boolean {
  return (
    a.subscription === b.subscription &&
    a.marketingOptInAt?.getTime() === b.marketingOptInAt?.getTime() &&
    a.marketingOptOutAt?.getTime() === b.marketingOptOutAt?.getTime()
  );
}

function grouped<T>(rows: readonly T[], key: (row: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const row of rows) grow(groups, key(row)).push(row);
  return groups;
}

function grow<T>(groups: Map<string, T[]>, key: string): T[] {
  const known = groups.get(key);
  if (known !== undefined) return known;
  const group: T[] = [];
  groups.set(key, group);
  return group;
}
