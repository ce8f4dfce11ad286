import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Clock } from '../../platform/clock/clock.js';
import { ConfigError } from '../../platform/config/environment.js';
import { Database, sqlState, UNIQUE_VIOLATION } from '../../platform/database/database.js';
import { Scoped } from '../../platform/database/scoped.js';
import { Cipher } from '../../platform/encryption/cipher.js';
import { DomainError } from '../../rules/errors/domain-error.js';
import { uuidV7 } from '../../rules/ids/uuid-v7.js';
import { Portfolio } from '../accounts/portfolio.entity.js';
import { QuotaTransfer } from '../quota/quota-transfer.service.js';
import { sealedAs, type SealedField } from '../accounts/sealed-credentials.js';
import { Sender } from '../accounts/sender.entity.js';
import * as queries from '../accounts/senders.queries.js';
import { STANDARD_THROUGHPUT } from '../accounts/throughput.js';
import { SenderSwitch } from './sender-switch.service.js';
import { isUndecided, type NumberClaim, NumberProof, verifiedElsewhere } from './number-proof.service.js';
import {
  clockOf,
  ENVIRONMENT_FIELDS,
  type NewSender,
  type SenderChanges,
  statusChange,
  throughputChange,
} from './sender-changes.js';

export interface SenderWithPortfolio {
  sender: Sender;
  portfolio: Portfolio | null;
}

/** What a call to Meta on behalf of a sender needs. Never log or return it. */
export interface SenderCredentials {
  senderId: string;
  phoneNumberId: string;
  businessAccountId: string | null;
  accessToken: string;
}

@Injectable()
export class Senders {
  constructor(
    private readonly database: Database,
    private readonly cipher: Cipher,
    private readonly clock: Clock,
    private readonly switches: SenderSwitch,
    private readonly quota: QuotaTransfer,
    private readonly proof: NumberProof,
  ) {}

  /** Meta confirms the number first. While it cannot be reached, the sender is stored but does not count. */
  async create(organizationId: string, wanted: NewSender): Promise<SenderWithPortfolio> {
    const { phoneNumberId, businessAccountId = null, accessToken } = wanted;
    const isVerified = await this.isProven({ phoneNumberId, businessAccountId, accessToken });
    return this.holding(phoneNumberId, async (tx) => {
      const row = { isFromEnvironment: false, isVerified };
      const id = await this.insert(tx, organizationId, wanted, row);
      return this.withPortfolio(tx, organizationId, await this.sendersOf(organizationId, tx).get(id));
    });
  }

  async get(organizationId: string, id: string): Promise<SenderWithPortfolio> {
    const { manager } = this.database;
    return this.withPortfolio(manager, organizationId, await this.sendersOf(organizationId).get(id));
  }

  async credentialsOf(organizationId: string, senderId: string): Promise<SenderCredentials> {
    return this.credentialsIn(await this.sendersOf(organizationId).get(senderId));
  }

  credentialsIn(sender: Sender): SenderCredentials {
    const { id: senderId, phoneNumberId, businessAccountId, accessTokenEncrypted } = sender;
    const accessToken = this.cipher.decrypt(accessTokenEncrypted, sealedAs(senderId, 'access_token'));
    return { senderId, phoneNumberId, businessAccountId, accessToken };
  }

  /** The sender that campaigns use unless they name one. */
  async defaultSender(organizationId: string): Promise<Sender> {
    const [sender] = await this.sendersOf(organizationId).list({ where: { isDefault: true } });
    if (sender !== undefined) return sender;
    const detail = 'No WhatsApp number is connected. Create a sender first.';
    throw new DomainError('rule', 'no_sender', detail);
  }

  async list(
    organizationId: string,
    { limit, offset }: { limit: number; offset: number },
  ): Promise<[SenderWithPortfolio[], number]> {
    const { manager } = this.database;
    const [senders, total] = await this.sendersOf(organizationId).page({
      order: { id: 'ASC' },
      take: limit,
      skip: offset,
    });
    const portfolios = new Map(
      (await portfoliosOf(manager, organizationId).list()).map((row) => [row.id, row]),
    );
    return [
      senders.map((sender) => ({ sender, portfolio: portfolios.get(sender.portfolioId ?? '') ?? null })),
      total,
    ];
  }

  /** Meta confirms another number, account or token before it replaces the one in use. */
  async update(organizationId: string, id: string, changes: SenderChanges): Promise<SenderWithPortfolio> {
    const before = await this.sendersOf(organizationId).get(id);
    assertChangeable(before, changes);
    const claim = claimAfter(this.credentialsBefore(before, changes), changes);
    if (claim !== undefined) await this.proof.prove(claim);
    return this.holding(claim?.phoneNumberId ?? before.phoneNumberId, async (tx) => {
      await queries.lockSendersOf(tx, organizationId);
      const senders = this.sendersOf(organizationId, tx);
      const sender = await senders.lock(id);
      assertChangeable(sender, changes);
      if (claim !== undefined) {
        assertSameCredentials(sender, before);
        if (claim.phoneNumberId !== sender.phoneNumberId)
          await this.assertFree(tx, organizationId, claim.phoneNumberId);
        await this.assertNotElsewhere(tx, organizationId, claim.phoneNumberId);
      }
      const now = this.clock.now();
      if (changes.isDefault === false && sender.isDefault) {
        const detail = 'One sender must be the default. Make another one the default instead.';
        throw new DomainError('conflict', 'default_sender_needed', detail);
      }
      if (changes.isDefault === true && !sender.isDefault)
        await queries.clearDefault(tx, organizationId, now);
      const {
        accessToken,
        appSecret,
        metaBusinessId,
        throughputPerSecond,
        status,
        lateDeliveryAllowance,
        directReserve,
        accountTimeZone,
        ...plain
      } = changes;
      await this.switches.prepare(tx, id, status);
      const placed = await this.placement(tx, organizationId, metaBusinessId);
      await senders.update(id, {
        ...plain,
        ...clockOf(accountTimeZone),
        ...(throughputPerSecond === undefined ? {} : throughputChange(sender, throughputPerSecond)),
        ...(status === undefined ? {} : statusChange(status)),
        ...(accessToken === undefined
          ? {}
          : { accessTokenEncrypted: this.seal(id, 'access_token', accessToken) }),
        ...(appSecret === undefined ? {} : { appSecretEncrypted: this.seal(id, 'app_secret', appSecret) }),
        ...placed,
        ...(claim === undefined ? {} : { verifiedAt: now, verificationProblem: null }),
        updatedAt: now,
      });
      const changed = await senders.get(id);
      await this.switches.switched(tx, sender);
      await this.joinPortfolio(tx, sender, placed);
      await this.keepFree(tx, changed, {
        ...(lateDeliveryAllowance === undefined ? {} : { lateDeliveryAllowance }),
        ...(directReserve === undefined ? {} : { directReserve }),
      });
      return this.withPortfolio(tx, organizationId, changed);
    });
  }

  /**
   * The sender from the environment: created on the first start; its credentials are refreshed on every later start.
   * It counts without a confirmation from Meta, because the installation belongs to the operator who sets it.
   */
  async putFromEnvironment(organizationId: string, wanted: NewSender): Promise<void> {
    await this.database.transaction(async (tx) => {
      await queries.lockSendersOf(tx, organizationId);
      const holder = await queries.verifiedHolder(tx, wanted.phoneNumberId);
      // Its credentials are the operator's, and another organization would send with them.
      if (holder !== undefined && holder !== organizationId) {
        throw new ConfigError([
          `WHATSAPP_PHONE_NUMBER_ID: ${wanted.phoneNumberId} is the number of a sender of another organization ` +
            `(${holder}); delete that sender first, or leave the variable unset`,
        ]);
      }
      const known = await queries.senderWithNumber(tx, organizationId, wanted.phoneNumberId);
      const now = this.clock.now();
      const senders = this.sendersOf(organizationId, tx);
      // Senders of earlier environments stay, because of their history, but become ordinary ones.
      for (const former of await senders.list({ where: { isFromEnvironment: true } })) {
        if (former.id !== known?.id)
          await senders.update(former.id, { isFromEnvironment: false, updatedAt: now });
      }
      if (known === undefined) {
        await this.insert(tx, organizationId, wanted, { isFromEnvironment: true, isVerified: true });
        return;
      }
      const { accessToken, appSecret, businessAccountId, metaBusinessId } = wanted;
      const before = await senders.lock(known.id);
      const placed = await this.placement(tx, organizationId, metaBusinessId);
      await senders.update(known.id, {
        accessTokenEncrypted: this.seal(known.id, 'access_token', accessToken),
        ...(appSecret === undefined
          ? {}
          : { appSecretEncrypted: this.seal(known.id, 'app_secret', appSecret) }),
        ...(businessAccountId === undefined ? {} : { businessAccountId }),
        ...placed,
        isFromEnvironment: true,
        verifiedAt: known.verifiedAt ?? now,
        verificationProblem: null,
        updatedAt: now,
      });
      await this.joinPortfolio(tx, before, placed);
    });
  }

  /** A token that no key opens any more must not keep its sender from getting another. */
  private credentialsBefore(sender: Sender, { accessToken }: SenderChanges): SenderCredentials {
    try {
      return this.credentialsIn(sender);
    } catch (error) {
      if (accessToken === undefined) throw error;
      const { id: senderId, phoneNumberId, businessAccountId } = sender;
      return { senderId, phoneNumberId, businessAccountId, accessToken: '' };
    }
  }

  /** False: Meta gave no answer. */
  private async isProven(claim: NumberClaim): Promise<boolean> {
    try {
      await this.proof.prove(claim);
      return true;
    } catch (error) {
      if (isUndecided(error)) return false;
      throw error;
    }
  }

  /** A transaction that may verify a sender with this number: of concurrent ones in several organizations, one succeeds. */
  private async holding<T>(phoneNumberId: string, work: (tx: EntityManager) => Promise<T>): Promise<T> {
    try {
      return await this.database.transaction(work);
    } catch (error) {
      throw sqlState(error) === UNIQUE_VIOLATION ? verifiedElsewhere(phoneNumberId) : error;
    }
  }

  /** The portfolio that an operator names for a sender. */
  private async placement(
    tx: EntityManager,
    organizationId: string,
    metaBusinessId: string | undefined,
  ): Promise<{ portfolioId?: string }> {
    if (metaBusinessId === undefined) return {};
    const portfolio = { id: uuidV7(), metaBusinessId, now: this.clock.now() };
    return { portfolioId: await queries.upsertPortfolio(tx, organizationId, portfolio) };
  }

  /** After the sender has moved there. */
  private async joinPortfolio(
    tx: EntityManager,
    { id: senderId, portfolioId: from }: Sender,
    { portfolioId: to }: { portfolioId?: string },
  ): Promise<void> {
    if (to !== undefined && to !== from) await this.quota.join(tx, { senderId, from, to });
  }

  private async insert(
    tx: EntityManager,
    organizationId: string,
    wanted: NewSender,
    { isFromEnvironment, isVerified }: { isFromEnvironment: boolean; isVerified: boolean },
  ): Promise<string> {
    await queries.lockSendersOf(tx, organizationId);
    await this.assertFree(tx, organizationId, wanted.phoneNumberId);
    if (isVerified) await this.assertNotElsewhere(tx, organizationId, wanted.phoneNumberId);
    const now = this.clock.now();
    const id = uuidV7();
    const isDefault = wanted.isDefault === true || !(await queries.hasDefault(tx, organizationId));
    if (isDefault) await queries.clearDefault(tx, organizationId, now);
    const { metaBusinessId, appSecret } = wanted;
    const portfolioId =
      metaBusinessId === undefined
        ? null
        : await queries.upsertPortfolio(tx, organizationId, { id: uuidV7(), metaBusinessId, now });
    await this.sendersOf(organizationId, tx).insert({
      id,
      portfolioId,
      name: wanted.name,
      phoneNumberId: wanted.phoneNumberId,
      businessAccountId: wanted.businessAccountId ?? null,
      accessTokenEncrypted: this.seal(id, 'access_token', wanted.accessToken),
      appSecretEncrypted: appSecret === undefined ? null : this.seal(id, 'app_secret', appSecret),
      throughputPerSecond: wanted.throughputPerSecond ?? STANDARD_THROUGHPUT,
      throughputIsManual: wanted.throughputPerSecond !== undefined,
      isDefault,
      isFromEnvironment,
      usesMarketingApi: wanted.usesMarketingApi ?? false,
      ...clockOf(wanted.accountTimeZone),
      verifiedAt: isVerified ? now : null,
      createdAt: now,
      updatedAt: now,
    });
    return id;
  }

  /** The parts of the portfolio's limit that campaigns do not use. */
  private async keepFree(
    tx: EntityManager,
    { organizationId, portfolioId }: Sender,
    parts: Pick<SenderChanges, 'lateDeliveryAllowance' | 'directReserve'>,
  ): Promise<void> {
    if (Object.keys(parts).length === 0) return;
    if (portfolioId === null) {
      const detail =
        'The portfolio of this number is unknown. Sync the number, or set its metaBusinessId, first.';
      throw new DomainError('rule', 'portfolio_unknown', detail);
    }
    const updatedAt = this.clock.now();
    await portfoliosOf(tx, organizationId).update(portfolioId, { ...parts, updatedAt });
  }

  private async assertFree(tx: EntityManager, organizationId: string, phoneNumberId: string): Promise<void> {
    if ((await queries.senderWithNumber(tx, organizationId, phoneNumberId)) === undefined) return;
    const detail = `The number ${phoneNumberId} is already connected to this organization.`;
    throw new DomainError('conflict', 'sender_exists', detail);
  }

  private async assertNotElsewhere(
    tx: EntityManager,
    organizationId: string,
    phoneNumberId: string,
  ): Promise<void> {
    const holder = await queries.verifiedHolder(tx, phoneNumberId);
    if (holder !== undefined && holder !== organizationId) throw verifiedElsewhere(phoneNumberId);
  }

  private async withPortfolio(
    db: EntityManager,
    organizationId: string,
    sender: Sender,
  ): Promise<SenderWithPortfolio> {
    const { portfolioId } = sender;
    return {
      sender,
      portfolio: portfolioId === null ? null : await portfoliosOf(db, organizationId).find(portfolioId),
    };
  }

  private seal(senderId: string, field: SealedField, secret: string): string {
    return this.cipher.encrypt(secret, sealedAs(senderId, field));
  }

  private sendersOf(organizationId: string, db = this.database.manager): Scoped<Sender> {
    return new Scoped(db, Sender, organizationId, 'sender');
  }
}

function assertChangeable({ isFromEnvironment }: Sender, changes: SenderChanges): void {
  if (!isFromEnvironment || ENVIRONMENT_FIELDS.every((field) => changes[field] === undefined)) return;
  const detail = 'The credentials of this sender come from the environment. Change them there and restart.';
  throw new DomainError('conflict', 'sender_from_environment', detail);
}

/** Undefined: the changes claim nothing that is not in use already. */
function claimAfter(now: SenderCredentials, changes: SenderChanges): NumberClaim | undefined {
  const {
    phoneNumberId = now.phoneNumberId,
    businessAccountId = now.businessAccountId,
    accessToken = now.accessToken,
  } = changes;
  const isSame =
    phoneNumberId === now.phoneNumberId &&
    businessAccountId === now.businessAccountId &&
    accessToken === now.accessToken;
  return isSame ? undefined : { phoneNumberId, businessAccountId, accessToken };
}

/** Meta confirmed the claim together with what the sender had before. */
function assertSameCredentials(now: Sender, before: Sender): void {
  const isSame =
    now.phoneNumberId === before.phoneNumberId &&
    now.businessAccountId === before.businessAccountId &&
    now.accessTokenEncrypted === before.accessTokenEncrypted;
  if (isSame) return;
  const detail =
    'Another request has changed the credentials of this sender meanwhile. Send the change again.';
  throw new DomainError('conflict', 'sender_changed', detail);
}

function portfoliosOf(db: EntityManager, organizationId: string): Scoped<Portfolio> {
  return new Scoped(db, Portfolio, organizationId, 'portfolio');
}
