import { Instant, Text, Uuid } from '../../platform/http/fields.js';
import type { Organization } from './organization.entity.js';

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
