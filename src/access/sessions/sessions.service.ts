import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import type { Principal } from '../../platform/http/principal.js';
import { invalidFields } from '../../platform/http/validation.js';
import { DomainError } from '../../rules/errors/domain-error.js';
import { uuidV7 } from '../../rules/ids/uuid-v7.js';
import { insertAuditEntry } from '../audit/audit.queries.js';
import { hashKey } from '../keys/key-format.js';
import { Keys } from '../keys/keys.service.js';
import { foldEmail } from '../people/email.js';
import { hashPassword, isPasswordOf, passwordProblem } from '../people/password.js';
import { findAccount, findPerson, passwordHashOf, setPassword } from '../people/people.queries.js';
import { ROLES } from '../people/roles.js';
import * as queries from './sessions.queries.js';
import { SignInLimit } from './sign-in-limit.service.js';

/** As the audit log names routes. */
const SIGN_IN = 'POST /api/session';

export interface Caller {
  ip: string;
  agent: string | null;
  requestId: string;
}

/** A person or a key of an organization. */
export type Holder = { organizationId: string } & (
  { userId: string; keyId: null } | { userId: null; keyId: string }
);

export interface SessionOf {
  principal: Principal;
  endsAt: Date;
}

/** Sessions of people in a browser. They run on real time, whatever the practice clock does. */
@Injectable()
export class Sessions {
  constructor(
    private readonly database: Database,
    private readonly keys: Keys,
    private readonly limit: SignInLimit,
    private readonly clock: Clock,
  ) {}

  async find(token: string): Promise<SessionOf | undefined> {
    const found = await queries.findSession(this.database.manager, hashKey(token));
    if (found === undefined) return undefined;
    const { sessionId, organizationId, userId, keyId, role, keyScopes, endsAt } = found;
    if (found.isSeenDue) await queries.noteSeen(this.database.manager, sessionId);
    const scopes = role === null ? (keyScopes ?? []) : ROLES[role];
    return { principal: { keyId, userId, sessionId, organizationId, scopes }, endsAt };
  }

  /** Returns the token for the cookie. No session begins without its entry in the audit log. */
  async open(holder: Holder, caller: Caller): Promise<string> {
    const token = randomBytes(32).toString('base64url');
    const id = uuidV7();
    const { ip, agent } = caller;
    await this.database.transaction(async (tx) => {
      await this.note(tx, holder, { caller, objectId: id, status: 201 });
      const tokenHash = hashKey(token);
      await queries.insertSession(tx, { id, tokenHash, ...holder, ip, agent: agent?.slice(0, 300) ?? null });
    });
    return token;
  }

  async signIn(email: string, password: string, caller: Caller): Promise<Holder> {
    const account = foldEmail(email);
    return this.limit.guard(account, caller.ip, async () => {
      const known = await findAccount(this.database.manager, account);
      if (!(await isPasswordOf(known?.passwordHash, password)) || known === undefined) {
        if (known !== undefined) await this.noteFailure(known, caller);
        const detail = 'That e-mail and password do not belong together.';
        throw new DomainError('unauthorized', 'sign_in_failed', detail);
      }
      return { organizationId: known.organizationId, userId: known.id, keyId: null };
    });
  }

  /** Who tried is unknown; whose account it was is not. */
  private async noteFailure(
    { id, organizationId }: { id: string; organizationId: string },
    caller: Caller,
  ): Promise<void> {
    const stranger = { organizationId, userId: null, keyId: null };
    await this.note(this.database.manager, stranger, { caller, objectId: id, status: 401 });
  }

  private async note(
    db: EntityManager,
    {
      organizationId,
      userId,
      keyId,
    }: { organizationId: string; userId: string | null; keyId: string | null },
    { caller, objectId, status }: { caller: Caller; objectId: string; status: number },
  ): Promise<void> {
    const { ip, requestId } = caller;
    const entry = { organizationId, userId, keyId, action: SIGN_IN, objectId, status, requestId, ip };
    await insertAuditEntry(db, { id: uuidV7(), ...entry, at: this.clock.now() });
  }

  async exchange(key: string, ip: string): Promise<Holder> {
    return this.limit.guard(hashKey(key), ip, async () => {
      const principal = await this.keys.authenticate(key);
      if (principal?.keyId === undefined || principal.keyId === null) {
        throw new DomainError('unauthorized', 'key_invalid', 'This key is unknown or has been revoked.');
      }
      return { organizationId: principal.organizationId, userId: null, keyId: principal.keyId };
    });
  }

  async end(sessionId: string): Promise<void> {
    await queries.endSession(this.database.manager, sessionId);
  }

  async of(organizationId: string, userId: string): Promise<queries.SessionRow[]> {
    return queries.sessionsOf(this.database.manager, organizationId, userId);
  }

  /** Everywhere, or everywhere else. */
  async endAll(organizationId: string, userId: string, except: string | null): Promise<void> {
    await queries.endSessionsOf(this.database.manager, organizationId, userId, except);
  }

  async endOne(userId: string, id: string): Promise<boolean> {
    return queries.endSessionOf(this.database.manager, userId, id);
  }

  /** A new password ends the other sessions: one of them may be the reason for it. */
  async changePassword(
    { organizationId, sessionId, ip }: { organizationId: string; sessionId: string | null; ip: string },
    userId: string,
    { current, next }: { current: string; next: string },
  ): Promise<void> {
    const { manager } = this.database;
    const person = await findPerson(manager, organizationId, userId);
    const email = person?.email ?? '';
    await this.limit.guard(foldEmail(email), ip, async () => {
      if (await isPasswordOf(await passwordHashOf(manager, userId), current)) return;
      throw invalidFields([{ field: 'current', message: 'current is not your password' }]);
    });
    const problem = await passwordProblem(next, email);
    if (problem !== undefined) throw invalidFields([{ field: 'next', message: `next ${problem}` }]);
    const hash = await hashPassword(next);
    await this.database.transaction(async (tx) => {
      await setPassword(tx, userId, hash);
      await queries.endSessionsOf(tx, organizationId, userId, sessionId);
    });
  }
}
