import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Database, sqlState } from '../../platform/database/database.js';
import { DomainError } from '../../rules/errors/domain-error.js';
import { CUSTOMER_COLUMNS } from '../language/customer-columns.js';
import { type Field, parseField } from '../language/field-path.js';
import { type Operator, OPERATORS_OF } from '../language/operators.js';
import type { Scalar } from '../language/segment.js';
import { attributeFields, type AttributeType, OPERATORS_OF_ATTRIBUTE } from './attribute-fields.js';
import * as queries from './fields.queries.js';
import { CUSTOMER_FIELDS, HISTORY_FIELDS } from './known-fields.js';
import { spreadIds } from './spread-ids.js';

const STATEMENT_TIMED_OUT = '57014';
const TIMEOUT_MS = 2_000;
const MAX_ATTRIBUTES = 300;
/** For the attributes: documents are read whole, so there are fewer of them, and their text has a limit. */
const DOCUMENTS = { probes: 32, perProbe: 20, atEachEnd: 500 };
const DOCUMENT_BYTES = { maxBytes: 4_000_000, maxEach: 32_768 };
/** For the values of one field. */
const HOLDERS = { probes: 64, perProbe: 100, atEachEnd: 4_000 };
const NEWEST = 50;
const SCANNED_SKUS = 20_000;

export interface SegmentField {
  path: string;
  label: string;
  group: 'customer' | 'attributes' | 'orders' | 'campaigns';
  type: string;
  operators: readonly Operator[];
  hasWindow: boolean;
  sample: Scalar | null;
}

export interface SegmentFieldList {
  data: SegmentField[];
  /** False if the attributes could not be looked at in time, or there are more than are listed. */
  isComplete: boolean;
}

/** What a segment may ask about, and which values to offer. It never looks at more than a sample of the customers. */
@Injectable()
export class SegmentFields {
  constructor(private readonly database: Database) {}

  async list(organizationId: string, timeoutMs = TIMEOUT_MS): Promise<SegmentFieldList> {
    const newest = await this.within(timeoutMs, (tx) => queries.newestCustomers(tx, organizationId, NEWEST));
    const documents = await this.within(timeoutMs, async (tx) => {
      const sample = await sampleOf(tx, organizationId, DOCUMENTS);
      return sample === undefined ? [] : queries.sampledAttributes(tx, sample, DOCUMENT_BYTES);
    });
    const attributes = attributeFields(documents ?? [], MAX_ATTRIBUTES + 1);
    return {
      data: [
        ...CUSTOMER_FIELDS.map((field) => ({
          ...field,
          group: 'customer' as const,
          operators: OPERATORS_OF[field.type],
          sample: sampleIn(newest ?? [], field.path),
        })),
        ...attributes.slice(0, MAX_ATTRIBUTES).map(({ path, label, type, sample }) => ({
          ...{ path, label, type, sample },
          group: 'attributes' as const,
          operators: operatorsOf(type),
          hasWindow: false,
        })),
        ...HISTORY_FIELDS.map((field) => ({
          ...field,
          group: field.path.startsWith('orders.') ? ('orders' as const) : ('campaigns' as const),
          operators: OPERATORS_OF[field.type],
          sample: null,
        })),
      ],
      isComplete: documents !== undefined && newest !== undefined && attributes.length <= MAX_ATTRIBUTES,
    };
  }

  /** Values of the field among the customers, the most frequent first; none if the search takes too long. */
  async values(
    organizationId: string,
    name: string,
    wanted: queries.Wanted,
    timeoutMs = TIMEOUT_MS,
  ): Promise<queries.SuggestedValue[]> {
    const field = fieldNamed(name);
    const fixed = fixedValues(field);
    if (fixed !== undefined) {
      const search = wanted.search.toLowerCase();
      return fixed
        .filter((value) => String(value).includes(search))
        .map((value) => ({ value, label: null, customers: null }));
    }
    const found = await this.within(timeoutMs, (tx) => find(tx, organizationId, field, wanted));
    return found ?? [];
  }

  /** Undefined if it took too long: suggestions must never hold up a form. */
  private async within<T>(
    timeoutMs: number,
    look: (tx: EntityManager) => Promise<T>,
  ): Promise<T | undefined> {
    try {
      // Not Database.transaction: nothing is written that a repeated request's response would depend on.
      return await this.database.dataSource.transaction(async (tx) => {
        await queries.boundStatements(tx, timeoutMs);
        return look(tx);
      });
    } catch (error) {
      if (sqlState(error) !== STATEMENT_TIMED_OUT) throw error;
      return undefined;
    }
  }
}

async function find(
  tx: EntityManager,
  organizationId: string,
  field: Field,
  wanted: queries.Wanted,
): Promise<queries.SuggestedValue[]> {
  if (field.kind === 'orders') {
    return field.measure === 'products' ? queries.skuValues(tx, organizationId, wanted, SCANNED_SKUS) : [];
  }
  // Campaigns are listed by their own route, and a moment is not chosen from a list.
  if (field.kind === 'campaigns') return [];
  if (field.kind === 'column' && field.column.kind === 'instant') return [];
  const sample = await sampleOf(tx, organizationId, HOLDERS);
  if (sample === undefined) return [];
  return field.kind === 'column'
    ? queries.columnValues(tx, sample, field.column, wanted)
    : queries.attributeValues(tx, sample, field.path, wanted);
}

async function sampleOf(
  tx: EntityManager,
  organizationId: string,
  { probes, perProbe, atEachEnd }: { probes: number; perProbe: number; atEachEnd: number },
): Promise<queries.SampleOf | undefined> {
  const bounds = await queries.idBounds(tx, organizationId);
  if (bounds === undefined) return undefined;
  return { organizationId, probes: spreadIds(bounds.first, bounds.last, probes), perProbe, atEachEnd };
}

function fieldNamed(name: string): Field {
  const field = parseField(name);
  if (typeof field !== 'string') return field;
  throw new DomainError('invalid', 'invalid_segment_field', `field: ${field}`, {
    errors: [{ field: 'field', message: field }],
  });
}

function fixedValues(field: Field): Scalar[] | undefined {
  if (field.kind !== 'column') return undefined;
  if (field.column.kind === 'flag') return [true, false];
  return field.column.name === 'subscription' ? ['subscribed', 'unsubscribed'] : undefined;
}

function operatorsOf(type: AttributeType): readonly Operator[] {
  return OPERATORS_OF_ATTRIBUTE[type];
}

function sampleIn(customers: readonly Record<string, unknown>[], path: string): Scalar | null {
  const column = CUSTOMER_COLUMNS.get(path)?.name ?? path;
  for (const customer of customers) {
    const held = customer[column];
    const value: unknown = Array.isArray(held) ? held[0] : held;
    if (typeof value === 'boolean' || typeof value === 'number') return value;
    if (typeof value === 'string' && value !== '') return value;
  }
  return null;
}
