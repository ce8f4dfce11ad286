import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import { Cipher } from '../../platform/encryption/cipher.js';
import { invalidFields } from '../../platform/http/validation.js';
import { DomainError, notFound } from '../../rules/errors/domain-error.js';
import { uuidV7 } from '../../rules/ids/uuid-v7.js';
import {
  missingFields,
  type PaymentAccount,
  type Provider,
  SECRETS,
  sealedAs,
  type SecretField,
  type Secrets,
} from './payment-account.js';
import * as queries from './payment-accounts.queries.js';

const MOST_ACCOUNTS = 50;
const BOTH_SECRETS_MS = 24 * 60 * 60 * 1_000;

type Plain = Pick<
  PaymentAccount,
  'name' | 'senderId' | 'configurationName' | 'gateway' | 'keyId' | 'merchantKey' | 'vpa' | 'isDefault'
>;
export type AccountChanges = { [Field in keyof (Plain & Secrets)]?: (Plain & Secrets)[Field] | undefined };
export type NewAccount = AccountChanges & { provider: Provider; name: string };

/** An account with its secrets. Never logged, never returned. */
export interface OpenedAccount {
  account: PaymentAccount;
  secrets: Secrets;
}

/** The accounts over which a shop is paid. Their secrets are sealed, and no route shows them. */
@Injectable()
export class PaymentAccounts {
  constructor(
    private readonly database: Database,
    private readonly cipher: Cipher,
    private readonly clock: Clock,
  ) {}

  async get(
    organizationId: string,
    id: string,
    db: EntityManager = this.database.manager,
  ): Promise<PaymentAccount> {
    return (await queries.findAccount(db, organizationId, id)) ?? absent(id);
  }

  async list(
    organizationId: string,
    place: { before: string | undefined; limit: number; offset: number },
  ): Promise<PaymentAccount[]> {
    return queries.listAccounts(this.database.manager, organizationId, place);
  }

  async count(organizationId: string): Promise<number> {
    return queries.countAccounts(this.database.manager, organizationId);
  }

  /** The named one, or the default one. Undefined: none is the default. */
  async chosen(tx: EntityManager, organizationId: string, id?: string): Promise<PaymentAccount | undefined> {
    return id === undefined ? queries.findDefault(tx, organizationId) : this.get(organizationId, id, tx);
  }

  /** The same, kept from being deleted until the transaction has asked for money over it. */
  async held(tx: EntityManager, organizationId: string, id?: string): Promise<PaymentAccount | undefined> {
    const account = await this.chosen(tx, organizationId, id);
    if (account === undefined) return undefined;
    await queries.holdAccount(tx, organizationId, account.id, 'to use');
    // It may have gone while this waited.
    return this.get(organizationId, account.id, tx);
  }

  async open(organizationId: string, id: string): Promise<OpenedAccount | undefined> {
    return this.opened(await queries.findAccount(this.database.manager, organizationId, id));
  }

  /** For a webhook, which names no organization. */
  async openForWebhook(provider: Provider, id: string): Promise<OpenedAccount | undefined> {
    return this.opened(await queries.findForWebhook(this.database.manager, provider, id));
  }

  /** The first account of a shop is its default one. */
  async create(organizationId: string, wanted: NewAccount): Promise<PaymentAccount> {
    assertComplete(wanted);
    const now = this.clock.now();
    const id = uuidV7();
    return this.database.transaction(async (tx) => {
      await queries.lockAccounts(tx, organizationId);
      const count = await queries.countAccounts(tx, organizationId);
      if (count >= MOST_ACCOUNTS) {
        const detail = `An organization has at most ${MOST_ACCOUNTS} payment accounts. Delete one that you no longer need.`;
        throw new DomainError('rule', 'too_many_accounts', detail);
      }
      await this.assertSender(tx, organizationId, wanted.senderId);
      const isDefault = wanted.isDefault ?? count === 0;
      if (isDefault) await queries.clearDefault(tx, organizationId, now);
      const empty = { keySecret: null, webhookSecret: null, previousWebhookSecret: null, salt: null };
      const blank: queries.StoredAccount = {
        ...{ id, organizationId, provider: wanted.provider, name: wanted.name, isDefault },
        ...{
          senderId: null,
          configurationName: null,
          gateway: null,
          keyId: null,
          merchantKey: null,
          vpa: null,
        },
        ...{ hasKeySecret: false, hasWebhookSecret: false, hasSalt: false, previousWebhookSecretUntil: null },
        ...{ createdAt: now, updatedAt: now, sealed: empty },
      };
      await queries.insertAccount(tx, this.changed(blank, { ...wanted, isDefault }, now));
      return this.get(organizationId, id, tx);
    });
  }

  /** A new webhook secret replaces the old one, which stays valid for a day: the gateway repeats old events with it. */
  async update(organizationId: string, id: string, changes: AccountChanges): Promise<PaymentAccount> {
    const now = this.clock.now();
    return this.database.transaction(async (tx) => {
      await queries.lockAccounts(tx, organizationId);
      const before = (await queries.findAccount(tx, organizationId, id)) ?? absent(id);
      await this.assertSender(tx, organizationId, changes.senderId);
      const after = this.changed(before, changes, now);
      const { keySecret, salt } = after.sealed;
      assertComplete({ ...after, keySecret, salt });
      if (changes.isDefault === true) await queries.clearDefault(tx, organizationId, now);
      await queries.updateAccount(tx, after, now);
      return this.get(organizationId, id, tx);
    });
  }

  async delete(organizationId: string, id: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      await queries.lockAccounts(tx, organizationId);
      await queries.holdAccount(tx, organizationId, id, 'to delete');
      if (await queries.isNeeded(tx, organizationId, id)) {
        const detail =
          'Money may still come over this account, or is on its way back: requests are looked up until 72 hours after their end. Wait until they are over.';
        throw new DomainError('conflict', 'account_in_use', detail);
      }
      if (!(await queries.deleteAccount(tx, organizationId, id))) absent(id);
    });
  }

  private changed(before: queries.StoredAccount, changes: AccountChanges, now: Date): queries.StoredAccount {
    const { sealed: known } = before;
    const sealed: queries.SealedSecrets = { ...known };
    for (const field of SECRETS) {
      const secret = changes[field];
      if (secret !== undefined) sealed[field] = secret === null ? null : this.seal(before.id, field, secret);
    }
    const rotates = changes.webhookSecret !== undefined && this.differs(before, changes.webhookSecret);
    if (rotates && changes.previousWebhookSecret === undefined)
      sealed.previousWebhookSecret = known.webhookSecret;
    const hasNewPrevious = rotates || changes.previousWebhookSecret !== undefined;
    const until = hasNewPrevious
      ? new Date(now.getTime() + BOTH_SECRETS_MS)
      : before.previousWebhookSecretUntil;
    return {
      ...before,
      ...plainOf(before, changes),
      sealed,
      previousWebhookSecretUntil: sealed.previousWebhookSecret === null ? null : until,
    };
  }

  /** The same secret again changes nothing: as a rotation it would push out the one before. */
  private differs({ id, sealed }: queries.StoredAccount, secret: string | null): boolean {
    if (sealed.webhookSecret === null || secret === null) return sealed.webhookSecret !== secret;
    return this.cipher.decrypt(sealed.webhookSecret, sealedAs(id, 'webhookSecret')) !== secret;
  }

  private seal(id: string, field: SecretField, secret: string): string {
    return this.cipher.encrypt(secret, sealedAs(id, field));
  }

  private opened(stored: queries.StoredAccount | undefined): OpenedAccount | undefined {
    if (stored === undefined) return undefined;
    const { sealed, ...account } = stored;
    const open = (field: SecretField): string | null => {
      const value = sealed[field];
      return value === null ? null : this.cipher.decrypt(value, sealedAs(account.id, field));
    };
    const until = account.previousWebhookSecretUntil;
    const isPreviousValid = until !== null && until > this.clock.now();
    const secrets = {
      keySecret: open('keySecret'),
      webhookSecret: open('webhookSecret'),
      previousWebhookSecret: isPreviousValid ? open('previousWebhookSecret') : null,
      salt: open('salt'),
    };
    return { account, secrets };
  }

  private async assertSender(
    tx: EntityManager,
    organizationId: string,
    senderId: string | null | undefined,
  ): Promise<void> {
    if (typeof senderId !== 'string') return;
    if (!(await queries.ownsSender(tx, organizationId, senderId))) throw notFound('sender', senderId);
  }
}

function plainOf(before: Plain, changes: AccountChanges): Plain {
  const or = <Field extends keyof Plain>(field: Field): Plain[Field] =>
    changes[field] === undefined ? before[field] : changes[field];
  return {
    name: or('name'),
    senderId: or('senderId'),
    configurationName: or('configurationName'),
    gateway: or('gateway'),
    keyId: or('keyId'),
    merchantKey: or('merchantKey'),
    vpa: or('vpa'),
    isDefault: or('isDefault'),
  };
}

function assertComplete(account: Parameters<typeof missingFields>[0]): void {
  const message = `is needed by an account of ${account.provider}`;
  const errors = missingFields(account).map((field) => ({ field, message }));
  if (errors.length > 0) throw invalidFields(errors);
}

function absent(id: string): never {
  throw notFound('payment account', id);
}
