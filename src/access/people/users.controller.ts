import { Body, Controller, Delete, Get, HttpCode, Post, Put, Query } from '@nestjs/common';
import {
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import { Config } from '../../platform/config/config.js';
import { IdParam } from '../../platform/http/id-param.js';
import { PageQuery, pageOf } from '../../platform/http/paging.js';
import { Caller, Person, type Principal } from '../../platform/http/principal.js';
import { Problems } from '../../platform/http/problem-responses.js';
import { AnyKey, RequireScope } from '../../platform/http/route-access.js';
import { People } from './people.service.js';
import {
  CreateUserDto,
  InvitationDto,
  InviteDto,
  OpenInvitationDto,
  OpenInvitationsDto,
  PreferencesDto,
  UpdateUserDto,
  UserDto,
  UserPageDto,
} from './user.dto.js';

@ApiTags('Access')
@Controller('users')
export class UsersController {
  constructor(
    private readonly people: People,
    private readonly config: Config,
  ) {}

  @Get()
  @RequireScope('admin')
  @ApiOperation({ operationId: 'listUsers', summary: 'The people of your organization' })
  @ApiOkResponse({ type: UserPageDto })
  @Problems(400)
  async list(@Caller() { organizationId }: Principal, @Query() query: PageQuery): Promise<UserPageDto> {
    const { page, limit, offset } = pageOf(query);
    const [rows, total] = await this.people.list(organizationId, { page, limit, offset });
    return { data: rows.map((row) => UserDto.of(row)), page, limit, total };
  }

  @Post()
  @RequireScope('admin')
  @ApiOperation({ operationId: 'createUser', summary: 'Add a person whose password you set' })
  @ApiCreatedResponse({ type: UserDto })
  @Problems(400, 409, 422)
  async create(@Caller() { organizationId }: Principal, @Body() body: CreateUserDto): Promise<UserDto> {
    return UserDto.of(await this.people.create(organizationId, body, body.role));
  }

  @Post('invitations')
  @RequireScope('admin')
  @ApiOperation({
    operationId: 'inviteUser',
    summary: 'Make a link with which a person sets a password and joins',
  })
  @ApiCreatedResponse({ type: InvitationDto })
  @Problems(400, 409, 422)
  async invite(@Caller() { organizationId }: Principal, @Body() body: InviteDto): Promise<InvitationDto> {
    const { email, name = null, role } = body;
    const { id, token, expiresAt } = await this.people.invite(organizationId, { email, name, role });
    const link = `${this.config.publicUrl}/console/welcome#${token}`;
    return { id, link, expiresAt: expiresAt.toISOString() };
  }

  @Get('invitations')
  @RequireScope('admin')
  @ApiOperation({ operationId: 'listInvitations', summary: 'Invitations that have not been used' })
  @ApiOkResponse({ type: OpenInvitationsDto })
  async invitations(@Caller() { organizationId }: Principal): Promise<OpenInvitationsDto> {
    const rows = await this.people.invitations(organizationId);
    return { data: rows.map((row) => OpenInvitationDto.of(row)) };
  }

  @Delete('invitations/:id')
  @HttpCode(204)
  @RequireScope('admin')
  @ApiOperation({
    operationId: 'withdrawInvitation',
    summary: 'Withdraw an invitation; its link stops working',
  })
  @ApiNoContentResponse()
  @Problems(400, 404)
  async withdraw(@Caller() { organizationId }: Principal, @IdParam() id: string): Promise<void> {
    await this.people.withdraw(organizationId, id);
  }

  @Get('me/preferences')
  @AnyKey()
  @ApiOperation({ operationId: 'getPreferences', summary: 'Read your own preferences' })
  @ApiOkResponse({ type: PreferencesDto })
  async preferences(@Person() { userId }: { userId: string }): Promise<PreferencesDto> {
    return { preferences: await this.people.preferences(userId) };
  }

  @Put('me/preferences')
  @AnyKey()
  @ApiOperation({ operationId: 'setPreferences', summary: 'Replace your own preferences' })
  @ApiOkResponse({ type: PreferencesDto })
  @Problems(400)
  async setPreferences(
    @Person() { userId }: { userId: string },
    @Body() { preferences }: PreferencesDto,
  ): Promise<PreferencesDto> {
    return { preferences: await this.people.setPreferences(userId, preferences) };
  }

  @Put(':id')
  @RequireScope('admin')
  @ApiOperation({
    operationId: 'updateUser',
    summary: 'Change the name or role of a person, or lock them out',
  })
  @ApiOkResponse({ type: UserDto })
  @Problems(400, 404, 409)
  async update(
    @Caller() { organizationId }: Principal,
    @IdParam() id: string,
    @Body() { name, role, isActive }: UpdateUserDto,
  ): Promise<UserDto> {
    const changes = {
      ...(name === undefined ? {} : { name }),
      ...(role === undefined ? {} : { role }),
      ...(isActive === undefined ? {} : { isDisabled: !isActive }),
    };
    return UserDto.of(await this.people.change(organizationId, id, changes));
  }

  @Delete(':id')
  @HttpCode(204)
  @RequireScope('admin')
  @ApiOperation({ operationId: 'deleteUser', summary: 'Remove a person from your organization' })
  @ApiNoContentResponse()
  @Problems(400, 404, 409)
  async delete(@Caller() { organizationId }: Principal, @IdParam() id: string): Promise<void> {
    await this.people.remove(organizationId, id);
  }
}
