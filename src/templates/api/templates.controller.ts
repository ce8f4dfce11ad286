import { Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { pageOf } from '../../platform/http/paging.js';
import { Caller, type Principal } from '../../platform/http/principal.js';
import { Problems } from '../../platform/http/problem-responses.js';
import { RequireScope } from '../../platform/http/route-access.js';
import { normaliseLanguage } from '../../whatsapp/parsing/template-language.js';
import {
  LanguageQuery,
  NamedTemplateDto,
  SyncTemplatesQuery,
  TemplateDto,
  TemplatePageDto,
  TemplatesQuery,
  TemplateSyncDto,
} from './template.dto.js';
import { TemplateSync } from '../sync/template-sync.service.js';
import { Templates } from './templates.service.js';

@ApiTags('Templates')
@Controller('whatsapp/templates')
export class TemplatesController {
  constructor(
    private readonly templates: Templates,
    private readonly templateSync: TemplateSync,
  ) {}

  @Get()
  @RequireScope('campaigns:read')
  @ApiOperation({ operationId: 'listTemplates', summary: 'List the message templates' })
  @ApiOkResponse({ type: TemplatePageDto })
  @Problems(400)
  async list(@Caller() caller: Principal, @Query() query: TemplatesQuery): Promise<TemplatePageDto> {
    const { status, category, language, search } = query;
    const page = pageOf(query);
    const filter = {
      status: status?.toUpperCase(),
      category: category?.toUpperCase(),
      language: language === undefined ? undefined : normaliseLanguage(language),
      search,
    };
    const [templates, total] = await this.templates.list(caller.organizationId, filter, page);
    const data = templates.map((template) => TemplateDto.of(template));
    return { data, page: page.page, limit: page.limit, total };
  }

  @Post('sync')
  @HttpCode(200)
  @RequireScope('campaigns:write')
  @ApiOperation({
    operationId: 'syncTemplates',
    summary: 'Fetch the templates of all business accounts from Meta',
  })
  @ApiOkResponse({ type: TemplateSyncDto })
  @Problems(400, 404, 409, 422, 429, 503)
  async sync(
    @Caller() caller: Principal,
    @Query() { senderId }: SyncTemplatesQuery,
  ): Promise<TemplateSyncDto> {
    return this.templateSync.sync(caller.organizationId, senderId);
  }

  @Get(':name')
  @RequireScope('campaigns:read')
  @ApiOperation({ operationId: 'getTemplate', summary: 'Read a template in all its languages, or in one' })
  @ApiOkResponse({ type: NamedTemplateDto })
  @Problems(400, 404)
  async get(
    @Caller() caller: Principal,
    @Param('name') name: string,
    @Query() { language }: LanguageQuery,
  ): Promise<NamedTemplateDto> {
    const code = language === undefined ? undefined : normaliseLanguage(language);
    return NamedTemplateDto.of(name, await this.templates.get(caller.organizationId, name, code));
  }
}
