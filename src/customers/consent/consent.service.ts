import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { DomainEvents, type NewDomainEvent } from '../../events/domain-events.service.js';
import { Clock } from '../../platform/clock/clock.js';
import { Cipher } from '../../platform/encryption/cipher.js';
import { notFound } from '../../rules/errors/domain-error.js';
import { uuidV7 } from '../../rules/ids/uuid-v7.js';
import * as queries from './consent.queries.js';
import {
  type ConsentEvent,
  type ConsentKind,
  foldConsent,
  isAgreement,
  standingRefusals,
} from './consent.js';
import { numberIdentity } from '../../rules/phone/number-variants.js';

export type { ConsentState } from './consent.queries.js';

export interface ConsentStatement {
  profileId: string;
  kind: ConsentKind;
  /** Where it came from, as in `api`, `import`, `webhook`. */
  source: string;
  evidence: Record<string, unknown>;
  /** When the statement was made, not when it reached us. */
  occurredAt: Date;
  keyId: string | null;
  /** The person in the console; absent: a key, a webhook or the product itself. */
  userId?: string | null;
  /** A refusal stated this moment: it counts as the latest, also when a clock ahead of ours dated an earlier START. */
  isLatest?: boolean;
}

/**
 * The only writer of consent. Statements are stored in consent_events. The columns of the profile hold their result.
 * Suppressions are the standing refusals under keyed hashes, which outlive the profile. All three change in one
 * transaction under the lock of the profile's row, so no order of arrival can make them disagree.
 */
@Injectable()
export class Consents {
  constructor(
    private readonly cipher: Cipher,
    private readonly domainEvents: DomainEvents,
    private readonly clock: Clock,
  ) {}

  /** Returns the new consent of the profile, or null if it did not change. */
  async recordConsent(
    tx: EntityManager,
    organizationId: string,
    statement: ConsentStatement,
  ): Promise<queries.ConsentState | null> {
    const changed = await this.settleAll(tx, organizationId, [statement.profileId], [statement]);
    return changed.get(statement.profileId) ?? null;
  }

  /** Many at once. Returns the new consent of the profiles where it changed. A repeated statement counts once. */
  async recordAll(
    tx: EntityManager,
    organizationId: string,
    statements: readonly ConsentStatement[],
  ): Promise<Map<string, queries.ConsentState>> {
    const ids = [...new Set(statements.map(({ profileId }) => profileId))];
    return this.settleAll(tx, organizationId, ids, statements);
  }

  /** Applies earlier statements to profiles that are new or have a new number or user id. */
  async settle(tx: EntityManager, organizationId: string, profileIds: readonly string[]): Promise<void> {
    await this.settleAll(tx, organizationId, profileIds, []);
  }

  /** Two profiles turned out to be one person. The statements of the one count for the other, which stays. */
  async join(tx: EntityManager, organizationId: string, from: string, to: string): Promise<void> {
    // First what only the rows say: afterwards a later opt-in of the one may rightly lift a refusal of the other.
    await this.settleAll(tx, organizationId, [from, to], []);
    await queries.copyEvents(tx, organizationId, from, to);
  }

  /** After `join`, when the profile that stays has the number and the user id of both. */
  async settleJoined(tx: EntityManager, organizationId: string, profileId: string): Promise<void> {
    await this.settleAll(tx, organizationId, [profileId], [], { isJoined: true });
  }

  /** False: nobody of the organization has to be looked up. */
  async hasRefusals(db: EntityManager, organizationId: string): Promise<boolean> {
    return queries.hasSuppressions(db, organizationId);
  }

  /** The given numbers and user ids that must not be messaged, whether or not they have a profile. */
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

  /** The hash of an E.164 number, in any of its spellings, or of a business-scoped user id. */
  identityHash(organizationId: string, identity: string): string {
    const known = identity.startsWith('+') ? numberIdentity(identity) : identity;
    return this.cipher.hash(`consent:${organizationId}:${known}`);
  }

  private async settleAll(
    tx: EntityManager,
    organizationId: string,
    profileIds: readonly string[],
    statements: readonly ConsentStatement[],
    { isJoined = false } = {},
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

    const suppressed = (id: string): ConsentEvent[] =>
      (hashesOf.get(id) ?? []).flatMap((hash) => suppressions.get(hash) ?? []);
    const said = grouped(statements, ({ profileId }) => profileId);
    const found = isJoined
      ? []
      : subjects.flatMap((subject) => {
          const { id } = subject;
          const told = [...(history.get(id) ?? []), ...suppressed(id)];
          return unexplainedRefusal(subject, told, said.get(id) ?? [], now);
        });

    const added: (ConsentStatement & { recordedAt: Date })[] = [];
    for (const statement of [...found, ...statements]) {
      const known = grow(history, statement.profileId);
      if (known.some((event) => isRepeated(event, statement))) continue;
      const { profileId, kind, source, isLatest = false } = statement;
      const occurredAt = isLatest ? latest(statement.occurredAt, known) : statement.occurredAt;
      const recordedAt = isLatest && occurredAt > now ? occurredAt : now;
      const at = occurredAt < recordedAt ? occurredAt : recordedAt;
      known.push({ profileId, kind, source, at, occurredAt, messageId: messageIdOf(statement) });
      added.push({ ...statement, occurredAt, recordedAt });
    }
    if (added.length > 0) {
      const rows = added.map((statement) => ({
        ...statement,
        userId: statement.userId ?? null,
        id: uuidV7(),
        identityHash: hashesOf.get(statement.profileId)?.[0] ?? '',
      }));
      await queries.insertEvents(tx, organizationId, rows);
    }

    const changed = new Map<string, queries.ConsentState>();
    const standing: queries.SuppressionRow[] = [];
    for (const subject of subjects) {
      const own = hashesOf.get(subject.id) ?? [];
      const events: ConsentEvent[] = [...(history.get(subject.id) ?? []), ...suppressed(subject.id)];
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
      const events = subjects.flatMap((subject) => changeOf(organizationId, subject, changed, added));
      await this.domainEvents.record(tx, events);
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

/** Only what somebody said: an import is silent, and so is a statement that merely follows its person. */
function changeOf(
  organizationId: string,
  subject: queries.Subject,
  changed: ReadonlyMap<string, queries.ConsentState>,
  said: readonly ConsentStatement[],
): NewDomainEvent[] {
  const { id } = subject;
  const state = changed.get(id);
  const last = said.findLast(({ profileId }) => profileId === id);
  if (state === undefined || last === undefined || last.source === 'import') return [];
  const isOut = state.subscription === 'unsubscribed';
  const isNew = subject.subscription !== state.subscription || (!isOut && subject.marketingOptInAt === null);
  if (!isNew) return [];
  return [
    {
      ...{ organizationId, customerId: id, objectId: id, occurredAt: last.occurredAt },
      kind: isOut ? 'customer.opted_out' : 'customer.opted_in',
      data: { id, phoneNumber: subject.whatsappPhone, ...state, source: last.source },
    },
  ];
}

/**
 * A row that is unsubscribed although nobody told us so: somebody wrote it by SQL. That is a refusal like any other and
 * becomes a part of the history. Unless the row has its time, it is dated now, or just before an agreement that
 * arrives now.
 */
function unexplainedRefusal(
  { id: profileId, subscription, marketingOptOutAt }: queries.Subject,
  told: readonly ConsentEvent[],
  statements: readonly ConsentStatement[],
  now: Date,
): ConsentStatement[] {
  if (subscription === 'subscribed') return [];
  if (stateOf(told).subscription === 'unsubscribed') return [];
  const agreements = statements.filter(({ kind }) => isAgreement(kind));
  const before = Math.min(now.getTime(), ...agreements.map(({ occurredAt }) => occurredAt.getTime() - 1));
  const stated = Math.min(now.getTime(), marketingOptOutAt?.getTime() ?? before);
  const occurredAt = latest(new Date(stated), told);
  const evidence = { reason: 'unsubscribed in the database' };
  return [{ profileId, kind: 'opt_out', source: 'database', evidence, occurredAt, keyId: null }];
}

/** Meta repeats messages. By its id one is known even when its time was not usable. */
function isRepeated(event: queries.RecordedEvent, statement: ConsentStatement): boolean {
  if (event.kind !== statement.kind || event.source !== statement.source) return false;
  if (event.occurredAt.getTime() === statement.occurredAt.getTime()) return true;
  return statement.keyId === null && event.messageId !== null && event.messageId === messageIdOf(statement);
}

function messageIdOf({ evidence: { messageId } }: ConsentStatement): string | null {
  return typeof messageId === 'string' ? messageId : null;
}

function latest(at: Date, history: readonly ConsentEvent[]): Date {
  return new Date(Math.max(at.getTime(), ...history.map((event) => event.at.getTime())));
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
