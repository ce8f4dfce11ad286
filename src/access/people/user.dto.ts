import { Flag, Instant, JsonObject, NestedList, OneOf, Text, Url, Uuid } from '../../platform/http/fields.js';
import { PageDto } from '../../platform/http/paging.js';
import { MAX_PASSWORD } from './password.js';
import type { InvitationRow, PersonRow } from './people.queries.js';
import { ROLE_NAMES, type RoleOfPerson } from './roles.js';

export const EMAIL = {
  max: 254,
  pattern: /^[^\s@]+@[^\s@]+$/,
  hint: 'must be an e-mail address',
  example: 'asha@bali-tours.example',
};

export class CreateUserDto {
  @Text(EMAIL)
  email!: string;

  @Text({ min: 1, max: 200, example: 'Asha' })
  name!: string;

  @Text({ min: 1, max: MAX_PASSWORD, description: 'At least 12 characters' })
  password!: string;

  @OneOf(ROLE_NAMES)
  role!: RoleOfPerson;
}

export class UpdateUserDto {
  @Text({ optional: true, min: 1, max: 200 })
  name?: string;

  @OneOf(ROLE_NAMES, { optional: true })
  role?: RoleOfPerson;

  @Flag({ optional: true, description: 'false: the person is signed out and cannot sign in' })
  isActive?: boolean;
}

export class UserDto {
  @Uuid()
  id!: string;

  @Text()
  email!: string;

  @Text()
  name!: string;

  @OneOf(ROLE_NAMES)
  role!: RoleOfPerson;

  @Flag()
  isActive!: boolean;

  @Instant({ nullable: true })
  lastSeenAt!: string | null;

  @Instant()
  createdAt!: string;

  static of({ id, email, name, role, isDisabled, lastSeenAt, createdAt }: PersonRow): UserDto {
    return {
      ...{ id, email, name, role },
      isActive: !isDisabled,
      lastSeenAt: lastSeenAt?.toISOString() ?? null,
      createdAt: createdAt.toISOString(),
    };
  }
}

export class UserPageDto extends PageDto {
  @NestedList(() => UserDto)
  data!: UserDto[];
}

export class InviteDto {
  @Text(EMAIL)
  email!: string;

  @Text({ optional: true, min: 1, max: 200 })
  name?: string;

  @OneOf(ROLE_NAMES)
  role!: RoleOfPerson;
}

export class InvitationDto {
  @Uuid()
  id!: string;

  @Url({
    description: 'Shown only in this response. It works once, and no mail is sent from here: pass it on',
  })
  link!: string;

  @Instant()
  expiresAt!: string;
}

export class OpenInvitationDto {
  @Uuid()
  id!: string;

  @Text({ nullable: true })
  email!: string | null;

  @Text({ nullable: true })
  name!: string | null;

  @OneOf(ROLE_NAMES)
  role!: RoleOfPerson;

  @Instant()
  expiresAt!: string;

  static of({ id, email, name, role, expiresAt }: InvitationRow): OpenInvitationDto {
    return { id, email, name, role, expiresAt: expiresAt.toISOString() };
  }
}

export class OpenInvitationsDto {
  @NestedList(() => OpenInvitationDto)
  data!: OpenInvitationDto[];
}

export class PreferencesDto {
  @JsonObject({
    description: 'What the console remembers of a person: language, zone, saved views, a test number',
    example: { language: 'en', theme: 'dark' },
  })
  preferences!: Record<string, unknown>;
}
