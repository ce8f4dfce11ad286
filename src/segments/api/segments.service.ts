import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Clock } from '../../platform/clock/clock.js';
import { Database, sqlState } from '../../platform/database/database.js';
import { Scoped } from '../../platform/database/scoped.js';
import { DomainError } from '../../rules/errors/domain-error.js';
import type { Precondition } from '../../platform/http/entity-tag.js';
import type { PageRequest } from '../../platform/http/paging.js';
import { uuidV7 } from '../../rules/ids/uuid-v7.js';
import { type GivenQuery, segmentOf } from './given-query.js';
import { parseSegment } from '../language/parse-segment.js';
import type { Group } from '../language/segment.js';
import { Segment } from './segment.entity.js';
import { segmentTag } from './segment-tag.js';
import * as queries from './segments.queries.js';

const STATEMENT_TIMED_OUT = '57014';
const PREVIEW_TIMEOUT_MS = 10_000;
const SAMPLE_SIZE = 10;

export interface SegmentFields {
  name?: string;
  description?: string | null;
  given: GivenQuery | undefined;
}

@Injectable()
export class Segments {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** Parses the query as of now. Errors carry the name the caller gave the query. */
  read({ name, query }: GivenQuery): Group {
    return segmentOf(parseSegment(query, this.clock.now()), name);
  }

  async create(
    organizationId: string,
    { name, description, given }: SegmentFields & { name: string; given: GivenQuery },
  ): Promise<Segment> {
    this.read(given);
    return this.database.transaction(async (tx) => {
      await this.assertFree(tx, organizationId, name);
      const now = this.clock.now();
      return this.segmentsOf(organizationId, tx).insert({
        id: uuidV7(),
        name,
        description: description ?? null,
        query: given.query,
        createdAt: now,
        updatedAt: now,
      });
    });
  }

  async get(organizationId: string, id: string): Promise<Segment> {
    return this.segmentsOf(organizationId).get(id);
  }

  async list(organizationId: string, { limit, offset }: PageRequest): Promise<[Segment[], number]> {
    return this.segmentsOf(organizationId).page({ order: { name: 'ASC' }, take: limit, skip: offset });
  }

  async update(
    organizationId: string,
    id: string,
    { name, description, given }: SegmentFields,
    precondition?: Precondition,
  ): Promise<Segment> {
    if (given !== undefined) this.read(given);
    return this.database.transaction(async (tx) => {
      const segments = this.segmentsOf(organizationId, tx);
      const segment = await segments.lock(id);
      precondition?.assertMet(segmentTag(segment));
      if (name !== undefined && name !== segment.name) await this.assertFree(tx, organizationId, name);
      await segments.update(id, {
        ...(name === undefined ? {} : { name }),
        ...(description === undefined ? {} : { description }),
        ...(given === undefined ? {} : { query: given.query }),
        updatedAt: this.clock.now(),
      });
      return segments.get(id);
    });
  }

  async delete(organizationId: string, id: string): Promise<void> {
    await this.database.transaction((tx) => this.segmentsOf(organizationId, tx).delete(id));
  }

  async preview(
    organizationId: string,
    given: GivenQuery,
    { limit = SAMPLE_SIZE, timeoutMs = PREVIEW_TIMEOUT_MS }: { limit?: number; timeoutMs?: number } = {},
  ): Promise<queries.Preview> {
    const segment = this.read(given);
    try {
      // Not Database.transaction: nothing is written that a repeated request's response would depend on.
      return await this.database.dataSource.transaction(async (tx) => {
        await queries.boundPreview(tx, timeoutMs);
        const policy = await queries.consentPolicyOf(tx, organizationId);
        return queries.previewSegment(tx, organizationId, { segment, policy, limit });
      });
    } catch (error) {
      if (sqlState(error) !== STATEMENT_TIMED_OUT) throw error;
      const detail =
        `Finding these customers took longer than ${timeoutMs / 1_000} seconds. Narrow the segment with a condition such ` +
        'as eq or in on an attribute, a tag or a city, or shorten a long list.';
      throw new DomainError('rule', 'segment_too_slow', detail, { cause: error });
    }
  }

  private async assertFree(tx: EntityManager, organizationId: string, name: string): Promise<void> {
    const [taken] = await this.segmentsOf(organizationId, tx).list({ where: { name }, take: 1 });
    if (taken === undefined) return;
    throw new DomainError('conflict', 'segment_exists', `A segment named "${name}" already exists.`);
  }

  private segmentsOf(organizationId: string, db = this.database.manager): Scoped<Segment> {
    return new Scoped(db, Segment, organizationId, 'segment');
  }
}
