import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import { Scoped } from '../../platform/database/scoped.js';
import { Cipher } from '../../platform/encryption/cipher.js';
import { DomainError } from '../../rules/errors/domain-error.js';
import type { PageRequest } from '../../platform/http/paging.js';
import { uuidV7 } from '../../rules/ids/uuid-v7.js';
import { Portfolio } from '../accounts/portfolio.entity.js';
import { SenderPaceService } from '../pace/sender-pace.service.js';
import type { CreateSenderDto, UpdateSenderDto } from '../api/sender.dto.js';
import { Sender, type SenderStatus } from '../accounts/sender.entity.js';
import * as queries from '../accounts/senders.queries.js';
import { STANDARD_THROUGHPUT, throughputOf } from '../accounts/throughput.js';

export interface SenderWithPortfolio {
  sender: Sender;
  portfolio: Portfolio | null;
}

/** What a call to Meta in the name of a sender needs; never to be logged or answered. */
export interface SenderCredentials {
  senderId: string;
  phoneNumberId: string;
  businessAccountId: string | null;
  accessToken: string;
}

@Injectable()
export class SendersService {
  constructor(
    private readonly database: Database,
    private readonly cipher: Cipher,
    private readonly clock: Clock,
    private readonly pace: SenderPaceService,
  ) {}

  async create(organizationId: string, wanted: CreateSenderDto): Promise<SenderWithPortfolio> {
    return this.database.transaction(async (tx) => {
      const id = await this.insert(tx, organizationId, wanted, false);
      return this.withPortfolio(tx, organizationId, await this.sendersOf(organizationId, tx).get(id));
    });
  }

  async get(organizationId: string, id: string): Promise<SenderWithPortfolio> {
    const { manager } = this.database;
    return this.withPortfolio(manager, organizationId, await this.sendersOf(organizationId).get(id));
  }

  async credentialsOf(organizationId: string, senderId: string): Promise<SenderCredentials> {
    const sender = await this.sendersOf(organizationId).get(senderId);
    const { phoneNumberId, businessAccountId } = sender;
    const accessToken = this.cipher.decrypt(sender.accessTokenEncrypted, `sender:${senderId}:access_token`);
    return { senderId, phoneNumberId, businessAccountId, accessToken };
  }

  /** The one that campaigns use when they name none. */
  async defaultSender(organizationId: string): Promise<Sender> {
    const [sender] = await this.sendersOf(organizationId).list({ where: { isDefault: true } });
    if (sender !== undefined) return sender;
    const detail = 'No WhatsApp number is connected: make a sender first.';
    throw new DomainError('rule', 'no_sender', detail);
  }

  async list(
    organizationId: string,
    { limit, offset }: PageRequest,
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

  async update(organizationId: string, id: string, changes: UpdateSenderDto): Promise<SenderWithPortfolio> {
    return this.database.transaction(async (tx) => {
      await queries.lockSendersOf(tx, organizationId);
      const senders = this.sendersOf(organizationId, tx);
      const sender = await senders.lock(id);
      if (sender.isFromEnvironment && ENVIRONMENT_FIELDS.some((field) => changes[field] !== undefined)) {
        const detail =
          'The credentials of this sender come from the environment; change them there and restart.';
        throw new DomainError('conflict', 'sender_from_environment', detail);
      }
      if (changes.phoneNumberId !== undefined && changes.phoneNumberId !== sender.phoneNumberId) {
        await this.assertFree(tx, changes.phoneNumberId);
      }
      const now = this.clock.now();
      if (changes.isDefault === false && sender.isDefault) {
        const detail = 'There must be one default sender: make another one the default instead.';
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
        ...plain
      } = changes;
      if (status === 'active') await this.pace.release(tx, id);
      await senders.update(id, {
        ...plain,
        ...(throughputPerSecond === undefined ? {} : throughputChange(sender, throughputPerSecond)),
        ...(status === undefined ? {} : statusChange(status)),
        ...(accessToken === undefined
          ? {}
          : { accessTokenEncrypted: this.seal(id, 'access_token', accessToken) }),
        ...(appSecret === undefined ? {} : { appSecretEncrypted: this.seal(id, 'app_secret', appSecret) }),
        ...(metaBusinessId === undefined
          ? {}
          : {
              portfolioId: await queries.upsertPortfolio(tx, organizationId, {
                id: uuidV7(),
                metaBusinessId,
                now,
              }),
            }),
        updatedAt: now,
      });
      const changed = await senders.get(id);
      if (lateDeliveryAllowance !== undefined)
        await this.allowLateDeliveries(tx, changed, lateDeliveryAllowance);
      return this.withPortfolio(tx, organizationId, changed);
    });
  }

  async delete(organizationId: string, id: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      await queries.lockSendersOf(tx, organizationId);
      const senders = this.sendersOf(organizationId, tx);
      const sender = await senders.lock(id);
      if (sender.isFromEnvironment) {
        const detail =
          'This sender comes from the environment; remove WHATSAPP_ACCESS_TOKEN there and restart.';
        throw new DomainError('conflict', 'sender_from_environment', detail);
      }
      await senders.delete(id);
      await queries.promoteOldest(tx, organizationId, this.clock.now());
    });
  }

  /** The sender that the environment names: made at the first start, its credentials renewed at every other. */
  async putFromEnvironment(organizationId: string, wanted: CreateSenderDto): Promise<void> {
    await this.database.transaction(async (tx) => {
      await queries.lockSendersOf(tx, organizationId);
      const known = await queries.findByPhoneNumberId(tx, wanted.phoneNumberId);
      const now = this.clock.now();
      const senders = this.sendersOf(organizationId, tx);
      // Senders of earlier environments stay, for the sake of their history, but become ordinary ones.
      for (const former of await senders.list({ where: { isFromEnvironment: true } })) {
        if (former.id !== known?.id)
          await senders.update(former.id, { isFromEnvironment: false, updatedAt: now });
      }
      if (known === undefined) {
        await this.insert(tx, organizationId, wanted, true);
        return;
      }
      const { accessToken, appSecret, businessAccountId, metaBusinessId } = wanted;
      await this.sendersOf(known.organizationId, tx).update(known.id, {
        accessTokenEncrypted: this.seal(known.id, 'access_token', accessToken),
        ...(appSecret === undefined
          ? {}
          : { appSecretEncrypted: this.seal(known.id, 'app_secret', appSecret) }),
        ...(businessAccountId === undefined ? {} : { businessAccountId }),
        ...(metaBusinessId === undefined
          ? {}
          : {
              portfolioId: await queries.upsertPortfolio(tx, known.organizationId, {
                id: uuidV7(),
                metaBusinessId,
                now,
              }),
            }),
        isFromEnvironment: true,
        updatedAt: now,
      });
    });
  }

  private async insert(
    tx: EntityManager,
    organizationId: string,
    wanted: CreateSenderDto,
    isFromEnvironment: boolean,
  ): Promise<string> {
    await queries.lockSendersOf(tx, organizationId);
    await this.assertFree(tx, wanted.phoneNumberId);
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
      createdAt: now,
      updatedAt: now,
    });
    return id;
  }

  private async allowLateDeliveries(
    tx: EntityManager,
    { organizationId, portfolioId }: Sender,
    lateDeliveryAllowance: number,
  ): Promise<void> {
    if (portfolioId === null) {
      const detail =
        'The portfolio of this number is not known: sync the number, or set its metaBusinessId, first.';
      throw new DomainError('rule', 'portfolio_unknown', detail);
    }
    const updatedAt = this.clock.now();
    await portfoliosOf(tx, organizationId).update(portfolioId, { lateDeliveryAllowance, updatedAt });
  }

  private async assertFree(tx: EntityManager, phoneNumberId: string): Promise<void> {
    if ((await queries.findByPhoneNumberId(tx, phoneNumberId)) === undefined) return;
    const detail = `The number ${phoneNumberId} is already connected to this installation.`;
    throw new DomainError('conflict', 'sender_exists', detail);
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

  private seal(senderId: string, field: 'access_token' | 'app_secret', secret: string): string {
    return this.cipher.encrypt(secret, `sender:${senderId}:${field}`);
  }

  private sendersOf(organizationId: string, db = this.database.manager): Scoped<Sender> {
    return new Scoped(db, Sender, organizationId, 'sender');
  }
}

const ENVIRONMENT_FIELDS = [
  'phoneNumberId',
  'businessAccountId',
  'metaBusinessId',
  'accessToken',
  'appSecret',
] as const;

type ThroughputChange = Pick<Sender, 'throughputPerSecond' | 'throughputIsManual'>;

/** null gives the number back to Meta's level. */
function throughputChange({ throughputLevel }: Sender, wanted: number | null): ThroughputChange {
  if (wanted !== null) return { throughputPerSecond: wanted, throughputIsManual: true };
  const throughputPerSecond = throughputOf(throughputLevel) ?? STANDARD_THROUGHPUT;
  return { throughputPerSecond, throughputIsManual: false };
}

/** An operator takes over whatever pause there is: it then ends when they say so, and not by itself. */
function statusChange(
  status: SenderStatus,
): Pick<Sender, 'status' | 'statusReason' | 'pausedBy' | 'pausedUntil'> {
  return status === 'active'
    ? { status, statusReason: null, pausedBy: null, pausedUntil: null }
    : { status, statusReason: 'Paused by an operator.', pausedBy: 'operator', pausedUntil: null };
}

function portfoliosOf(db: EntityManager, organizationId: string): Scoped<Portfolio> {
  return new Scoped(db, Portfolio, organizationId, 'portfolio');
}
