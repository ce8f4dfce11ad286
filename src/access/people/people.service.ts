import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Database, sqlState, UNIQUE_VIOLATION } from '../../platform/database/database.js';
import type { PageRequest } from '../../platform/http/paging.js';
import { invalidFields } from '../../platform/http/validation.js';
import { DomainError, notFound } from '../../rules/errors/domain-error.js';
import { uuidV7 } from '../../rules/ids/uuid-v7.js';
import { hashKey } from '../keys/key-format.js';
import { foldEmail } from './email.js';
import { hashPassword, passwordProblem } from './password.js';
import * as queries from './people.queries.js';
import type { RoleOfPerson } from './roles.js';

const INVITATION_SECONDS = 7 * 24 * 3_600;
const FIRST_LINK_SECONDS = 15 * 60;

export interface NewPerson {
  email: string;
  name: string;
  password: string;
}

export interface Joined {
  id: string;
  organizationId: string;
}

/** The people of an organization: who they are, what they may do, and how they come in. */
@Injectable()
export class People {
  constructor(private readonly database: Database) {}

  async list(organizationId: string, { limit, offset }: PageRequest): Promise<[queries.PersonRow[], number]> {
    const { manager } = this.database;
    return Promise.all([
      queries.listPeople(manager, organizationId, { limit, offset }),
      queries.countPeople(manager, organizationId),
    ]);
  }

  async get(
    organizationId: string,
    id: string,
    db: EntityManager = this.database.manager,
  ): Promise<queries.PersonRow> {
    const person = await queries.findPerson(db, organizationId, id);
    if (person === undefined) throw notFound('user', id);
    return person;
  }

  async create(organizationId: string, person: NewPerson, role: RoleOfPerson): Promise<queries.PersonRow> {
    const prepared = await prepare(person);
    return this.database.transaction(async (tx) => {
      await insert(tx, organizationId, { ...prepared, role });
      return this.get(organizationId, prepared.id, tx);
    });
  }

  async change(
    organizationId: string,
    id: string,
    changes: { name?: string; role?: RoleOfPerson; isDisabled?: boolean },
  ): Promise<queries.PersonRow> {
    return this.database.transaction(async (tx) => {
      const owners = await queries.lockOwners(tx, organizationId);
      const known = await this.get(organizationId, id, tx);
      const wanted = {
        name: changes.name ?? known.name,
        role: changes.role ?? known.role,
        isDisabled: changes.isDisabled ?? known.isDisabled,
      };
      if (wanted.role !== 'owner' || wanted.isDisabled) {
        assertNotLast(owners, id);
        if (known.role === 'owner') await queries.deleteInvitations(tx, organizationId);
      }
      await queries.changePerson(tx, organizationId, id, wanted);
      return this.get(organizationId, id, tx);
    });
  }

  async remove(organizationId: string, id: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      const owners = await queries.lockOwners(tx, organizationId);
      const { role } = await this.get(organizationId, id, tx);
      assertNotLast(owners, id);
      if (role === 'owner') await queries.deleteInvitations(tx, organizationId);
      await queries.removePerson(tx, organizationId, id);
    });
  }

  /** The token stands in the link that the caller passes on; only its hash is kept. */
  async invite(
    organizationId: string,
    { email, name, role }: { email: string; name: string | null; role: RoleOfPerson },
  ): Promise<{ id: string; token: string; expiresAt: Date }> {
    const [id, token] = [uuidV7(), newToken()];
    const invitation = { id, organizationId, tokenHash: hashKey(token), email, name, role };
    const expiresAt = await this.database.transaction(async (tx) => {
      if ((await queries.findAccount(tx, foldEmail(email))) !== undefined) throw emailTaken();
      return queries.insertInvitation(tx, { ...invitation, seconds: INVITATION_SECONDS });
    });
    return { id, token, expiresAt };
  }

  async invitations(organizationId: string): Promise<queries.InvitationRow[]> {
    return queries.listInvitations(this.database.manager, organizationId);
  }

  async withdraw(organizationId: string, id: string): Promise<void> {
    if (!(await queries.deleteInvitation(this.database.manager, organizationId, id)))
      throw notFound('invitation', id);
  }

  async invitation(token: string): Promise<queries.InvitationRow> {
    return (await queries.findInvitation(this.database.manager, hashKey(token))) ?? linkIsOver();
  }

  /** The link that makes the owner; undefined once anyone can sign in. */
  async firstOwnerToken(organizationId: string): Promise<string | undefined> {
    const token = newToken();
    return this.database.transaction(async (tx) => {
      if (await queries.hasPeople(tx)) return undefined;
      await queries.insertInvitation(tx, {
        id: uuidV7(),
        organizationId,
        tokenHash: hashKey(token),
        email: null,
        name: null,
        role: 'owner',
        seconds: FIRST_LINK_SECONDS,
      });
      return token;
    });
  }

  /** Uses up a link. Links for the first owner are worth nothing once there is one. */
  async join(token: string, given: Partial<NewPerson> & { password: string }): Promise<Joined> {
    const known = await this.invitation(token);
    const name = given.name ?? known.name ?? undefined;
    const email = known.email ?? given.email;
    const missing = Object.entries({ name, email }).filter(([, value]) => value === undefined);
    if (name === undefined || email === undefined) {
      throw invalidFields(missing.map(([field]) => ({ field, message: `${field} is needed` })));
    }
    const prepared = await prepare({ name, email, password: given.password });
    return this.database.transaction(async (tx) => {
      const {
        organizationId,
        role,
        email: invited,
      } = (await queries.takeInvitation(tx, hashKey(token))) ?? linkIsOver();
      if (invited === null) {
        const owners = await queries.lockOwners(tx, organizationId);
        if (owners.length > 0) linkIsOver();
      }
      await insert(tx, organizationId, { ...prepared, role });
      return { id: prepared.id, organizationId };
    });
  }

  async preferences(id: string): Promise<Record<string, unknown>> {
    return queries.preferencesOf(this.database.manager, id);
  }

  async setPreferences(id: string, preferences: Record<string, unknown>): Promise<Record<string, unknown>> {
    await queries.setPreferences(this.database.manager, id, preferences);
    return preferences;
  }
}

type Prepared = Omit<NewPerson, 'password'> & { id: string; emailFolded: string; passwordHash: string };

/** Before the transaction: the hash takes a tenth of a second. */
async function prepare({ email, name, password }: NewPerson): Promise<Prepared> {
  const problem = await passwordProblem(password, email);
  if (problem !== undefined) throw invalidFields([{ field: 'password', message: `password ${problem}` }]);
  const passwordHash = await hashPassword(password);
  return {
    id: uuidV7(),
    email: email.trim(),
    emailFolded: foldEmail(email),
    name: name.trim(),
    passwordHash,
  };
}

async function insert(
  tx: EntityManager,
  organizationId: string,
  person: Prepared & { role: RoleOfPerson },
): Promise<void> {
  try {
    await queries.insertPerson(tx, organizationId, person);
  } catch (error) {
    throw sqlState(error) === UNIQUE_VIOLATION ? emailTaken() : error;
  }
}

function assertNotLast(owners: readonly string[], id: string): void {
  if (owners.some((owner) => owner !== id) || !owners.includes(id)) return;
  const detail = 'This is the last owner. Make another person an owner first.';
  throw new DomainError('conflict', 'last_owner', detail);
}

function emailTaken(): DomainError {
  return new DomainError('conflict', 'email_taken', 'A person with this e-mail address exists already.');
}

function linkIsOver(): never {
  const detail = 'This link has been used or is older than allowed. Ask for a new one.';
  throw new DomainError('unauthorized', 'link_invalid', detail);
}

function newToken(): string {
  return randomBytes(32).toString('base64url');
}
