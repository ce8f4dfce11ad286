import { Instant, JsonObject, NestedList, OneOf, Text, Uuid } from '../../platform/http/fields.js';
import { PageDto } from '../../platform/http/paging.js';
import { CONSENT_KINDS, type ConsentKind } from '../consent/consent.js';
import type { ConsentEventRow } from '../consent/consent-event.entity.js';

export class ConsentStatementDto {
  @Text({
    optional: true,
    pattern: /^[\w.:-]{1,30}$/,
    hint: 'must be 1 to 30 letters, digits, dots, colons, dashes or underscores',
    max: 30,
    example: 'web-form',
    description: 'Where it was said; `api` when left out',
  })
  source?: string;

  @JsonObject({
    optional: true,
    example: { text: 'Yes, send me offers on WhatsApp', ip: '203.0.113.7', formVersion: 4 },
    description: 'Whatever proves it: the text agreed to, a message id, an address',
  })
  evidence?: Record<string, unknown>;

  @Instant({ optional: true, description: 'When it was said; now when left out. What is said later counts' })
  at?: string;
}

export class ConsentEventDto {
  @Uuid()
  id!: string;

  @OneOf(CONSENT_KINDS, {
    description:
      '`opt_in`, `opt_out`: told to the business; `start`, `stop`: a keyword in the chat; `resume`, `stop_preference`: the setting in WhatsApp; `import`: a list says so',
  })
  kind!: ConsentKind;

  @Text({ max: 30, example: 'web-form' })
  source!: string;

  @JsonObject()
  evidence!: Record<string, unknown>;

  @Uuid({ nullable: true, description: 'The key it was recorded with' })
  keyId!: string | null;

  @Instant({ description: 'When it was said' })
  occurredAt!: string;

  @Instant({ description: 'When we heard of it' })
  recordedAt!: string;

  static of(row: Omit<ConsentEventRow, 'organizationId' | 'profileId' | 'identityHash'>): ConsentEventDto {
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
