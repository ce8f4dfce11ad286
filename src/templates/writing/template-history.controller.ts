import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Caller, type Principal } from '../../platform/http/principal.js';
import { Problems } from '../../platform/http/problem-responses.js';
import { RequireScope } from '../../platform/http/route-access.js';
import { normaliseLanguage } from '../../whatsapp/parsing/template-language.js';
import { Templates } from '../api/templates.service.js';
import { TemplateEventDto, TemplateHistoryDto, TemplateHistoryQuery } from '../history/template-event.dto.js';
import { TemplateJournal } from '../history/template-journal.service.js';

@ApiTags('Templates')
@Controller('whatsapp/templates')
export class TemplateHistoryController {
  constructor(
    private readonly journal: TemplateJournal,
    private readonly templates: Templates,
  ) {}

  @Get(':name/history')
  @RequireScope('campaigns:read')
  @ApiOperation({ operationId: 'listTemplateHistory', summary: 'What happened to a template, newest first' })
  @ApiOkResponse({ type: TemplateHistoryDto })
  @Problems(400, 404)
  async list(
    @Caller() { organizationId }: Principal,
    @Param('name') name: string,
    @Query() { language, ...query }: TemplateHistoryQuery,
  ): Promise<TemplateHistoryDto> {
    const code = language === undefined ? undefined : normaliseLanguage(language);
    await this.templates.get(organizationId, name, code);
    const about = { organizationId, name, language: code };
    return this.journal.history(about, query, (event) => TemplateEventDto.of(event));
  }
}
