import { Instant, Integer, NestedList, Text, Uuid } from '../../platform/http/fields.js';
import { CursorQuery, PageDto } from '../../platform/http/paging.js';
import type { AuditRow } from './audit.queries.js';

export class AuditQuery extends CursorQuery {
  @Text({ optional: true, max: 200, description: 'Only what was done to this object' })
  objectId?: string;

  @Uuid({ optional: true, description: 'Only what this person did' })
  userId?: string;
}

export class AuditEntryDto {
  @Uuid()
  id!: string;

  @Uuid({ nullable: true })
  keyId!: string | null;

  @Uuid({ nullable: true, description: 'The person who was signed in; null: a key' })
  userId!: string | null;

  @Text({ nullable: true, example: 'Asha', description: 'Name of the person or the key' })
  actor!: string | null;

  @Text({ example: 'POST /api/keys' })
  action!: string;

  @Text({ nullable: true, description: 'The object written or read' })
  objectId!: string | null;

  @Integer({ nullable: true, example: 201, description: 'Null: the process died before it could respond' })
  status!: number | null;

  @Text()
  requestId!: string;

  @Text({ nullable: true, example: '203.0.113.7' })
  ip!: string | null;

  @Instant()
  at!: string;

  static of(row: AuditRow): AuditEntryDto {
    return { ...row, at: row.at.toISOString() };
  }
}

export class AuditPageDto extends PageDto {
  @NestedList(() => AuditEntryDto)
  data!: AuditEntryDto[];
}
