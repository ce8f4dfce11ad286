import type { DeepPartial, EntityManager, EntityTarget, FindManyOptions, FindOptionsWhere } from 'typeorm';
import { notFound } from '../../rules/errors/domain-error.js';

/** A row that belongs to one organization. */
export interface Owned {
  id: string;
  organizationId: string;
}

/**
 * The rows of one organization, through TypeORM. Every statement carries the organization: no method here can omit
 * it, and the linter rejects TypeORM's own repositories outside this folder. An id of another organization is simply
 * not found.
 */
export class Scoped<T extends Owned> {
  constructor(
    private readonly db: EntityManager,
    private readonly entity: EntityTarget<T>,
    private readonly organizationId: string,
    private readonly what: string,
  ) {}

  async find(id: string): Promise<T | null> {
    return this.db.findOne(this.entity, { where: this.own({ id } as FindOptionsWhere<T>) });
  }

  async get(id: string): Promise<T> {
    return (await this.find(id)) ?? this.absent(id);
  }

  /** For a change that has to check the row first: no other transaction can change it until this one ends. */
  async lock(id: string): Promise<T> {
    const where = this.own({ id } as FindOptionsWhere<T>);
    const row = await this.db.findOne(this.entity, { where, lock: { mode: 'pessimistic_write' } });
    return row ?? this.absent(id);
  }

  async list(
    options: Omit<FindManyOptions<T>, 'where'> & { where?: FindOptionsWhere<T> } = {},
  ): Promise<T[]> {
    return this.db.find(this.entity, { ...options, where: this.own(options.where) });
  }

  async page(
    options: Omit<FindManyOptions<T>, 'where'> & { where?: FindOptionsWhere<T> } = {},
  ): Promise<[T[], number]> {
    return this.db.findAndCount(this.entity, { ...options, where: this.own(options.where) });
  }

  async insert(values: Omit<DeepPartial<T>, 'organizationId'>): Promise<T> {
    const row = this.db.create(this.entity, this.own(values as DeepPartial<T>) as DeepPartial<T>);
    await this.db.insert(this.entity, row as never);
    return row;
  }

  async update(id: string, values: Omit<Partial<T>, 'id' | 'organizationId'>): Promise<void> {
    const where = this.own({ id } as FindOptionsWhere<T>);
    const { affected } = await this.db.update(this.entity, where, values as never);
    if (affected !== 1) this.absent(id);
  }

  async delete(id: string): Promise<void> {
    const { affected } = await this.db.delete(this.entity, this.own({ id } as FindOptionsWhere<T>));
    if (affected !== 1) this.absent(id);
  }

  private own<V extends object>(values: V = {} as V): V & FindOptionsWhere<T> {
    return { ...values, organizationId: this.organizationId };
  }

  private absent(id: string): never {
    throw notFound(this.what, id);
  }
}
