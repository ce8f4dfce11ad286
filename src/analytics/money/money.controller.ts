import { Controller, Get, Query, StreamableFile } from '@nestjs/common';
import { ApiExtraModels, ApiOkResponse, ApiOperation, ApiTags, getSchemaPath } from '@nestjs/swagger';
import { csvLines } from '../../platform/csv/csv-lines.js';
import { Caller, type Principal } from '../../platform/http/principal.js';
import { Problems } from '../../platform/http/problem-responses.js';
import { RequireScope } from '../../platform/http/route-access.js';
import { CostAnswerDto, MoneyQuery, RevenueAnswerDto } from './money.dto.js';
import { Money } from './money.service.js';

const answers = (type: new () => object) => ({
  content: {
    'application/json': { schema: { $ref: getSchemaPath(type) } },
    'text/csv': { schema: { type: 'string' } },
  },
});

@ApiTags('Analytics')
@Controller('analytics')
@RequireScope('analytics:read')
export class MoneyController {
  constructor(private readonly money: Money) {}

  @Get('revenue')
  @ApiOperation({
    operationId: 'getRevenue',
    summary: 'What came in, by day, campaign, rule, variant and currency',
  })
  @ApiExtraModels(RevenueAnswerDto)
  @ApiOkResponse(answers(RevenueAnswerDto))
  @Problems(400, 422)
  async revenue(
    @Caller() { organizationId }: Principal,
    @Query() { format, ...question }: MoneyQuery,
  ): Promise<RevenueAnswerDto | StreamableFile> {
    const answer = await this.money.revenue(organizationId, question);
    return format === 'csv' ? csvFile('revenue', answer.rows) : answer;
  }

  @Get('costs')
  @ApiOperation({
    operationId: 'getCosts',
    summary: 'What messages cost, by day, campaign, purpose, market, country, category and type',
  })
  @ApiExtraModels(CostAnswerDto)
  @ApiOkResponse(answers(CostAnswerDto))
  @Problems(400, 422)
  async costs(
    @Caller() { organizationId }: Principal,
    @Query() { format, ...question }: MoneyQuery,
  ): Promise<CostAnswerDto | StreamableFile> {
    const answer = await this.money.cost(organizationId, question);
    return format === 'csv' ? csvFile('costs', answer.rows) : answer;
  }
}

function csvFile(name: string, rows: readonly object[]): StreamableFile {
  const columns = Object.keys(rows[0] ?? {});
  const cells = rows.map((row) => Object.values(row).map(cellOf));
  const text = rows.length === 0 ? '' : csvLines([columns, ...cells]);
  return new StreamableFile(Buffer.from(text), {
    type: 'text/csv; charset=utf-8',
    disposition: `attachment; filename="${name}.csv"`,
  });
}

function cellOf(value: unknown): string | number | null {
  return typeof value === 'string' || typeof value === 'number' ? value : value === true ? 'true' : null;
}
