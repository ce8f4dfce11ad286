import { Body, Controller, Delete, HttpCode, Param, Post, Put, Query } from '@nestjs/common';
import {
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import { actorOf, Caller, type Principal } from '../../platform/http/principal.js';
import { Problems } from '../../platform/http/problem-responses.js';
import { RequireScope } from '../../platform/http/route-access.js';
import { notFound } from '../../rules/errors/domain-error.js';
import { normaliseLanguage } from '../../whatsapp/parsing/template-language.js';
import { TemplateDto } from '../api/template.dto.js';
import { Templates } from '../api/templates.service.js';
import type { TemplateDraft } from './template-draft.js';
import { TemplateEnding } from './template-ending.service.js';
import { TemplateLint } from './template-lint.service.js';
import {
  AccountQuery,
  CreateTemplateDto,
  DeleteTemplateQuery,
  EditTemplateDto,
  LintTemplateDto,
  TemplateLintDto,
} from './template-writing.dto.js';
import { TemplateWriting } from './template-writing.service.js';

const LANGUAGE = /^[A-Za-z]{2,3}([_-][A-Za-z0-9]{2,8}){0,2}$/;
const NAME = /^[a-z0-9_]{1,512}$/i;

@ApiTags('Templates')
@Controller('whatsapp/templates')
export class TemplateWritingController {
  constructor(
    private readonly writing: TemplateWriting,
    private readonly ending: TemplateEnding,
    private readonly lint: TemplateLint,
    private readonly templates: Templates,
  ) {}

  @Post()
  @RequireScope('campaigns:write')
  @ApiOperation({ operationId: 'createTemplate', summary: 'Submit a template to Meta’s review' })
  @ApiCreatedResponse({ type: TemplateDto })
  @Problems(400, 409, 422, 429, 503)
  async create(@Caller() caller: Principal, @Body() body: CreateTemplateDto): Promise<TemplateDto> {
    const { organizationId } = caller;
    const language = normaliseLanguage(body.language);
    const account = await this.writing.create(organizationId, actorOf(caller), {
      ...draftOf(body),
      language,
    });
    return this.show(organizationId, body.name, language, account);
  }

  @Post('lint')
  @HttpCode(200)
  @RequireScope('campaigns:read')
  @ApiOperation({
    operationId: 'lintTemplate',
    summary: 'Check a template as Meta would, without submitting it',
  })
  @ApiOkResponse({ type: TemplateLintDto })
  @Problems(400)
  async check(
    @Caller() { organizationId }: Principal,
    @Body() { businessAccountId, ...draft }: LintTemplateDto,
  ): Promise<TemplateLintDto> {
    const account = await this.writing.comparedWith(organizationId, businessAccountId);
    return TemplateLintDto.of(await this.lint.lint(organizationId, draft, account));
  }

  @Put(':name/:language')
  @RequireScope('campaigns:write')
  @ApiOperation({ operationId: 'editTemplate', summary: 'Edit a template, which sends it to review again' })
  @ApiOkResponse({ type: TemplateDto })
  @Problems(400, 404, 409, 422, 429, 503)
  async edit(
    @Caller() caller: Principal,
    @Param('name') name: string,
    @Param('language') language: string,
    @Query() { businessAccountId }: AccountQuery,
    @Body() body: EditTemplateDto,
  ): Promise<TemplateDto> {
    const { organizationId } = caller;
    const code = languageIn(name, language);
    const named = { organizationId, businessAccountId, name, language: code };
    const account = await this.writing.edit(named, actorOf(caller), body);
    return this.show(organizationId, name, code, account);
  }

  @Delete(':name')
  @HttpCode(204)
  @RequireScope('campaigns:write')
  @ApiOperation({
    operationId: 'deleteTemplate',
    summary: 'Delete a template at Meta, in all languages or in one',
  })
  @ApiNoContentResponse()
  @Problems(400, 404, 409, 422, 429, 503)
  async remove(
    @Caller() caller: Principal,
    @Param('name') name: string,
    @Query() { language, businessAccountId }: DeleteTemplateQuery,
  ): Promise<void> {
    const code = language === undefined ? undefined : languageIn(name, language);
    if (!NAME.test(name)) throw notFound('template', name.slice(0, 100));
    const { organizationId } = caller;
    await this.ending.remove({ organizationId, businessAccountId, name, language: code }, actorOf(caller));
  }

  @Post(':name/:language/unpause')
  @HttpCode(200)
  @RequireScope('campaigns:write')
  @ApiOperation({ operationId: 'unpauseTemplate', summary: 'Take up a template that Meta has paused' })
  @ApiOkResponse({ type: TemplateDto })
  @Problems(400, 404, 409, 422, 429, 503)
  async unpause(
    @Caller() caller: Principal,
    @Param('name') name: string,
    @Param('language') language: string,
    @Query() { businessAccountId }: AccountQuery,
  ): Promise<TemplateDto> {
    const { organizationId } = caller;
    const code = languageIn(name, language);
    const named = { organizationId, businessAccountId, name, language: code };
    const account = await this.ending.unpause(named, actorOf(caller));
    return this.show(organizationId, name, code, account);
  }

  private async show(
    organizationId: string,
    name: string,
    language: string,
    businessAccountId: string,
  ): Promise<TemplateDto> {
    const found = await this.templates.get(organizationId, name, language);
    const template = found.find((one) => one.businessAccountId === businessAccountId);
    if (template === undefined) throw notFound('template', name);
    return TemplateDto.of(template);
  }
}

function draftOf(body: CreateTemplateDto): TemplateDraft & { businessAccountId: string | undefined } {
  const { name, language, category, parameterFormat, components, businessAccountId } = body;
  return { name, language, category, parameterFormat, components, businessAccountId };
}

/** Other text that a path can hold, such as NUL, cannot be a name or a language. */
function languageIn(name: string, language: string): string {
  if (NAME.test(name) && LANGUAGE.test(language)) return normaliseLanguage(language);
  throw notFound('template', `${name.slice(0, 100)} in ${language.slice(0, 20)}`);
}
