import { Instant, JsonObject, NestedList, OneOf, Text, Uuid } from '../../platform/http/fields.js';
import { PageDto } from '../../platform/http/paging.js';
import { CONSENT_KINDS, type ConsentKind } from '../consent/consent.js';
import type { ListedEvent } from '../consent/consent.queries.js';

export class ConsentStatementDto {
  @Text({
    optional: true,
    pattern: /^[\w.:-]{1,30}$/,
    hint: 'must be 1 to 30 letters, digits, dots, colons, dashes or underscores',
    max: 30,
    example: 'web-form',
    description: 'Where the statement was made; `api` if omitted',
  })
  source?: string;

  @JsonObject({
    optional: true,
    example: { text: 'Yes, send me offers on WhatsApp', ip: '203.0.113.7', formVersion: 4 },
    description: 'Any proof: the text agreed to, a message id, an address',
  })
  evidence?: Record<string, unknown>;

  @Instant({
    optional: true,
    description: 'When the statement was made; now if omitted. The later statement counts',
  })
  at?: string;
}

export class ConsentEventDto {
  @Uuid()
  id!: string;

  @OneOf(CONSENT_KINDS, {
    description:
      '`opt_in`, `opt_out`: stated to the business; `start`, `stop`: a keyword in the chat; `resume`, `stop_preference`: the setting in WhatsApp; `import`: stated by an imported list',
  })
  kind!: ConsentKind;

  @Text({ max: 30, example: 'web-form' })
  source!: string;

  @JsonObject()
  evidence!: Record<string, unknown>;

  @Uuid({ nullable: true, description: 'The key it was recorded with' })
  keyId!: string | null;

  @Uuid({ nullable: true, description: 'The person who recorded it in the console' })
  userId!: string | null;

  @Instant({ description: 'When the statement was made' })
  occurredAt!: string;

  @Instant({ description: 'When it was recorded here' })
  recordedAt!: string;

  static of(row: ListedEvent): ConsentEventDto {
    return {
      ...row,
      occurredAt: row.occurredAt.toISOString(),
      recordedAt: row.recordedAt.toISOString(),
    };
  }
}

export class ConsentPageDto extends PageDto {
  @NestedList(() => ConsentEventDto)
  data!: ConsentEventDto[];
}
