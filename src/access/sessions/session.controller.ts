import { Body, Controller, Delete, Get, HttpCode, Post, Req, Res } from '@nestjs/common';
import {
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Config } from '../../platform/config/config.js';
import { Problems } from '../../platform/http/problem-responses.js';
import { Public } from '../../platform/http/route-access.js';
import { invalidFields } from '../../platform/http/validation.js';
import { People } from '../people/people.service.js';
import { assertNotCrossSite, assertOwnPage } from './csrf.js';
import { clearSessionCookie, isSecureSite, sessionTokenFrom, setSessionCookie } from './session-cookie.js';
import { InvitationOfLinkDto, LinkDto, SessionDto, SignInDto } from './session.dto.js';
import { SessionFacts } from './session-facts.service.js';
import { type Caller, type Holder, Sessions } from './sessions.service.js';

/** Signing in and out in a browser. Programs send a key with each request instead. */
@ApiTags('Access')
@Controller('session')
export class SessionController {
  constructor(
    private readonly sessions: Sessions,
    private readonly people: People,
    private readonly facts: SessionFacts,
    private readonly config: Config,
  ) {}

  @Get()
  @Public()
  @ApiOperation({ operationId: 'getSession', summary: 'Who is signed in; `user` is null without a session' })
  @ApiOkResponse({ type: SessionDto })
  async get(@Req() request: FastifyRequest): Promise<SessionDto> {
    const token = sessionTokenFrom(request, isSecureSite(this.config));
    const session = token === undefined ? undefined : await this.sessions.find(token);
    if (token === undefined || session === undefined) return { user: null };
    return this.facts.of(session, token);
  }

  @Post()
  @Public()
  @ApiOperation({
    operationId: 'signIn',
    summary: 'Sign in with e-mail and password, with a key, or with the token of a link',
  })
  @ApiCreatedResponse({ type: SessionDto, description: 'The session is in the cookie that the answer sets' })
  @Problems(400, 401, 403, 409, 422, 429)
  async signIn(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Body() body: SignInDto,
  ): Promise<SessionDto> {
    assertNotCrossSite(request);
    const { ip, id: requestId } = request;
    const caller = { ip, agent: request.headers['user-agent'] ?? null, requestId };
    const token = await this.sessions.open(await this.holderOf(body, caller), caller);
    const session = await this.sessions.find(token);
    if (session === undefined) throw new TypeError('a session that was just opened');
    setSessionCookie(reply, token, isSecureSite(this.config));
    return this.facts.of(session, token);
  }

  @Post('link')
  @HttpCode(200)
  @Public()
  @ApiOperation({ operationId: 'readLink', summary: 'What a link is for, without using it' })
  @ApiOkResponse({ type: InvitationOfLinkDto })
  @Problems(400, 401, 403, 429)
  async link(@Req() request: FastifyRequest, @Body() { token }: LinkDto): Promise<InvitationOfLinkDto> {
    assertNotCrossSite(request);
    const { organizationName, email, name, role, expiresAt } = await this.people.invitation(token);
    return { organization: organizationName, email, name, role, expiresAt: expiresAt.toISOString() };
  }

  @Delete()
  @HttpCode(204)
  @Public()
  @ApiOperation({ operationId: 'signOut', summary: 'End this session' })
  @ApiNoContentResponse()
  @Problems(403)
  async signOut(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    const token = sessionTokenFrom(request, isSecureSite(this.config));
    const session = token === undefined ? undefined : await this.sessions.find(token);
    if (token !== undefined && session !== undefined) {
      assertOwnPage(request, token);
      const { sessionId } = session.principal;
      if (sessionId !== null) await this.sessions.end(sessionId);
    }
    clearSessionCookie(reply, isSecureSite(this.config));
  }

  private async holderOf(body: SignInDto, caller: Caller): Promise<Holder> {
    const { email, password, key, token, name } = body;
    if (key !== undefined) return this.sessions.exchange(key, caller.ip);
    if (password === undefined) {
      throw invalidFields([{ field: 'password', message: 'password is needed, or a key' }]);
    }
    if (token !== undefined) {
      const given = { ...(name === undefined ? {} : { name }), ...(email === undefined ? {} : { email }) };
      const { id, organizationId } = await this.people.join(token, { ...given, password });
      return { organizationId, userId: id, keyId: null };
    }
    if (email === undefined) throw invalidFields([{ field: 'email', message: 'email is needed' }]);
    return this.sessions.signIn(email, password, caller);
  }
}
