import { Instant, Integer, NestedList, Text, TextList, Uuid } from '../../platform/http/fields.js';
import { PageDto } from '../../platform/http/paging.js';
import { SCOPES } from '../../platform/http/route-access.js';
import type { AuditRow } from '../organizations/organizations.queries.js';
import type { ApiKey } from './api-key.entity.js';
import type { Organization } from '../organizations/organization.entity.js';

const AREAS = [
  ...new Set(SCOPES.filter((scope) => scope.includes(':')).map((scope) => scope.split(':')[0] ?? '')),
];
/** What a key may be given: single scopes, a whole area, or everything. */
export const GRANTS: readonly string[] = [...SCOPES, ...AREAS.map((area) => `${area}:*`), '*'];

export class CreateOrganizationDto {
  @Text({ min: 1, max: 200, example: 'Bali Tours' })
  name!: string;
}

export class OrganizationDto {
  @Uuid()
  id!: string;

  @Text({ example: 'Bali Tours' })
  name!: string;

  @Instant()
  createdAt!: string;

  static of({ id, name, createdAt }: Pick<Organization, 'id' | 'name' | 'createdAt'>): OrganizationDto {
    return { id, name, createdAt: createdAt.toISOString() };
  }
}

export class CreateKeyDto {
  @Text({ min: 1, max: 200, example: 'web shop' })
  name!: string;

  @TextList({ in: GRANTS, maxItems: GRANTS.length, example: ['campaigns:read', 'customers:*'] })
  scopes!: string[];

  @Uuid({ optional: true, description: 'Another organization that was made with this key’s organization' })
  organizationId?: string;
}

export class KeyDto {
  @Uuid()
  id!: string;

  @Uuid()
  organizationId!: string;

  @Text({ example: 'web shop' })
  name!: string;

  @Text({ example: 'dbk_k3J9aQ…', description: 'The beginning of the key, to recognise it' })
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
  @Text({ example: 'dbk_k3J9aQ0Xy…', description: 'The key itself. It is shown this once and never again' })
  key!: string;

  static with(row: ApiKey, key: string): CreatedKeyDto {
    return Object.assign(KeyDto.of(row), { key });
  }
}

export class KeyPageDto extends PageDto {
  @NestedList(() => KeyDto)
  data!: KeyDto[];
}

export class AuditEntryDto {
  @Uuid()
  id!: string;

  @Uuid({ nullable: true })
  keyId!: string | null;

  @Text({ example: 'POST /api/keys' })
  action!: string;

  @Text({ nullable: true, description: 'The object that was written or read' })
  objectId!: string | null;

  @Integer({ nullable: true, example: 201, description: 'Null: the process died before it could answer' })
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
