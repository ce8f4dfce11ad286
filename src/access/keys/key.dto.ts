import { Instant, NestedList, Text, TextList, Uuid } from '../../platform/http/fields.js';
import { PageDto, PageQuery } from '../../platform/http/paging.js';
import { SCOPES } from '../scopes.js';
import type { ApiKey } from './api-key.entity.js';

const AREAS = [
  ...new Set(SCOPES.filter((scope) => scope.includes(':')).map((scope) => scope.split(':')[0] ?? '')),
];
/** What a key may be granted: single scopes, a whole area, or everything. */
export const GRANTS: readonly string[] = [...SCOPES, ...AREAS.map((area) => `${area}:*`), '*'];

export class CreateKeyDto {
  @Text({ min: 1, max: 200, example: 'web shop' })
  name!: string;

  @TextList({ in: GRANTS, maxItems: GRANTS.length, example: ['campaigns:read', 'customers:*'] })
  scopes!: string[];

  @Uuid({ optional: true, description: 'Another organization created by this key’s organization' })
  organizationId?: string;
}

export class KeyDto {
  @Uuid()
  id!: string;

  @Uuid()
  organizationId!: string;

  @Text({ example: 'web shop' })
  name!: string;

  @Text({ example: 'dbk_k3J9aQ…', description: 'First characters of the key, to recognise it by' })
  prefix!: string;

  @TextList({ example: ['campaigns:read', 'customers:*'] })
  scopes!: string[];

  @Instant()
  createdAt!: string;

  @Instant({ nullable: true })
  lastUsedAt!: string | null;

  @Instant({ nullable: true })
  revokedAt!: string | null;

  static of(key: ApiKey): KeyDto {
    return {
      id: key.id,
      organizationId: key.organizationId,
      name: key.name,
      prefix: key.prefix,
      scopes: key.scopes,
      createdAt: key.createdAt.toISOString(),
      lastUsedAt: key.lastUsedAt?.toISOString() ?? null,
      revokedAt: key.revokedAt?.toISOString() ?? null,
    };
  }
}

export class CreatedKeyDto extends KeyDto {
  @Text({ example: 'dbk_k3J9aQ0Xy…', description: 'The key itself. It is shown once and never again' })
  key!: string;

  static with(row: ApiKey, key: string): CreatedKeyDto {
    return Object.assign(KeyDto.of(row), { key });
  }
}

export class KeyPageDto extends PageDto {
  @NestedList(() => KeyDto)
  data!: KeyDto[];
}

export class KeysQuery extends PageQuery {
  @Uuid({ optional: true, description: 'An organization created by the key’s own organization' })
  organizationId?: string;
}

export class KeyQuery {
  @Uuid({ optional: true, description: 'An organization created by the key’s own organization' })
  organizationId?: string;
}
