import { Body, Controller, Delete, Get, HttpCode, Post, Req } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { IdParam } from '../../platform/http/id-param.js';
import { Caller, Person, type Principal } from '../../platform/http/principal.js';
import { Problems } from '../../platform/http/problem-responses.js';
import { AnyKey, RequireScope } from '../../platform/http/route-access.js';
import { notFound } from '../../rules/errors/domain-error.js';
import { People } from '../people/people.service.js';
import { OpenSessionDto, OpenSessionsDto, PasswordDto } from './session.dto.js';
import { Sessions } from './sessions.service.js';

/** Where people are signed in, and their passwords. */
@ApiTags('Access')
@Controller('users')
export class MySessionsController {
  constructor(
    private readonly sessions: Sessions,
    private readonly people: People,
  ) {}

  @Post('password')
  @HttpCode(204)
  @AnyKey()
  @ApiOperation({
    operationId: 'changePassword',
    summary: 'Change your own password; your other sessions end',
  })
  @ApiNoContentResponse()
  @Problems(400, 429)
  async changePassword(
    @Req() { ip }: FastifyRequest,
    @Person() { organizationId, sessionId, userId }: Principal & { userId: string },
    @Body() body: PasswordDto,
  ): Promise<void> {
    await this.sessions.changePassword({ organizationId, sessionId, ip }, userId, body);
  }

  @Get('me/sessions')
  @AnyKey()
  @ApiOperation({ operationId: 'listMySessions', summary: 'Where you are signed in' })
  @ApiOkResponse({ type: OpenSessionsDto })
  async list(
    @Person() { organizationId, sessionId, userId }: Principal & { userId: string },
  ): Promise<OpenSessionsDto> {
    const rows = await this.sessions.of(organizationId, userId);
    return { data: rows.map((row) => OpenSessionDto.of(row, sessionId)) };
  }

  @Delete('me/sessions')
  @HttpCode(204)
  @AnyKey()
  @ApiOperation({ operationId: 'endMyOtherSessions', summary: 'Sign out everywhere else' })
  @ApiNoContentResponse()
  async endOthers(
    @Person() { organizationId, sessionId, userId }: Principal & { userId: string },
  ): Promise<void> {
    await this.sessions.endAll(organizationId, userId, sessionId);
  }

  @Delete('me/sessions/:id')
  @HttpCode(204)
  @AnyKey()
  @ApiOperation({ operationId: 'endMySession', summary: 'Sign out in one place' })
  @ApiNoContentResponse()
  @Problems(400, 404)
  async endOne(@Person() { userId }: { userId: string }, @IdParam() id: string): Promise<void> {
    if (!(await this.sessions.endOne(userId, id))) throw notFound('session', id);
  }

  @Delete(':id/sessions')
  @HttpCode(204)
  @RequireScope('admin')
  @ApiOperation({ operationId: 'endSessionsOfUser', summary: 'Sign a person out everywhere' })
  @ApiNoContentResponse()
  @Problems(400, 404)
  async endAll(@Caller() { organizationId }: Principal, @IdParam() id: string): Promise<void> {
    await this.people.get(organizationId, id);
    await this.sessions.endAll(organizationId, id, null);
  }
}
