import {
  Flag,
  Instant,
  Nested,
  NestedList,
  OneOf,
  Text,
  TextList,
  Uuid,
} from '../../platform/http/fields.js';
import { SendWindowDto } from '../organizations/send-window.dto.js';
import { MAX_PASSWORD } from '../people/password.js';
import { ROLE_NAMES, type RoleOfPerson } from '../people/roles.js';
import { EMAIL } from '../people/user.dto.js';
import type { SessionRow } from './sessions.queries.js';

/** One of: `email` with `password`; `key`; `token` of a link, with what the link still needs. */
export class SignInDto {
  @Text({ ...EMAIL, optional: true })
  email?: string;

  @Text({ optional: true, min: 1, max: MAX_PASSWORD, description: 'With `token`: the password to set' })
  password?: string;

  @Text({ optional: true, min: 1, max: 500, description: 'An API key, which is exchanged and never stored' })
  key?: string;

  @Text({
    optional: true,
    min: 1,
    max: 100,
    description: 'From the link of an invitation',
  })
  token?: string;

  @Text({ optional: true, min: 1, max: 200, description: 'With `token`: how the person is called' })
  name?: string;
}

export class LinkDto {
  @Text({ min: 1, max: 100 })
  token!: string;
}

export class InvitationOfLinkDto {
  @Text({ example: 'Bali Tours' })
  organization!: string;

  @Text({ nullable: true, description: 'Null: the first person to use the link gives one' })
  email!: string | null;

  @Text({ nullable: true })
  name!: string | null;

  @OneOf(ROLE_NAMES)
  role!: RoleOfPerson;

  @Instant()
  expiresAt!: string;
}

export class SessionUserDto {
  @Uuid({ description: 'Of the person, or of the key with which the session was opened' })
  id!: string;

  @Text({ example: 'Asha' })
  name!: string;

  @Text({ nullable: true, description: 'Null: the session was opened with a key' })
  email!: string | null;

  @OneOf(ROLE_NAMES, { nullable: true })
  role!: RoleOfPerson | null;
}

export class SessionOrganizationDto {
  @Uuid()
  id!: string;

  @Text({ example: 'Bali Tours' })
  name!: string;

  @Text({ example: 'Asia/Kolkata' })
  timeZone!: string;

  @Text({ nullable: true, example: 'IN' })
  defaultCountry!: string | null;
}

export class InstallationDto {
  @Text({ example: '0.1.0' })
  version!: string;

  @Flag({ description: 'A simulator stands in for Meta: nothing reaches real people' })
  simulator!: boolean;

  @Flag({ description: 'The clock can be moved (`/api/dev/clock`)' })
  clock!: boolean;

  @Nested(() => SendWindowDto, { nullable: true })
  sendWindow!: SendWindowDto | null;

  @Text({ example: '0 9 * * *' })
  dailyRunAt!: string;

  @Instant({ description: 'The next daily run' })
  nextRunAt!: string;
}

export class SessionDto {
  @Nested(() => SessionUserDto, {
    nullable: true,
    description: 'Null: no session; the other fields are absent',
  })
  user!: SessionUserDto | null;

  @Nested(() => SessionOrganizationDto, { optional: true })
  organization?: SessionOrganizationDto;

  @TextList({ optional: true, example: ['campaigns:*'] })
  scopes?: string[];

  @Text({ optional: true, description: 'To be sent as `X-CSRF-Token` with every request that writes' })
  csrfToken?: string;

  @Instant({ optional: true, description: 'Without another request' })
  expiresAt?: string;

  @Instant({ optional: true, description: 'The time that the installation runs on' })
  now?: string;

  @Nested(() => InstallationDto, { optional: true })
  installation?: InstallationDto;
}

export class PasswordDto {
  @Text({ min: 1, max: MAX_PASSWORD })
  current!: string;

  @Text({ min: 1, max: MAX_PASSWORD })
  next!: string;
}

export class OpenSessionDto {
  @Uuid()
  id!: string;

  @Text({ nullable: true, example: '203.0.113.7' })
  ip!: string | null;

  @Text({ nullable: true, description: 'What the browser calls itself' })
  agent!: string | null;

  @Instant()
  createdAt!: string;

  @Instant()
  lastSeenAt!: string;

  @Instant()
  expiresAt!: string;

  @Flag()
  isCurrent!: boolean;

  static of(row: SessionRow, current: string | null): OpenSessionDto {
    const { id, ip, agent, createdAt, seenAt, endsAt } = row;
    return {
      id,
      ip,
      agent,
      createdAt: createdAt.toISOString(),
      lastSeenAt: seenAt.toISOString(),
      expiresAt: endsAt.toISOString(),
      isCurrent: id === current,
    };
  }
}

export class OpenSessionsDto {
  @NestedList(() => OpenSessionDto)
  data!: OpenSessionDto[];
}
