import { Body, Controller, Delete, Get, HttpCode, Post, Query, Req } from '@nestjs/common';
import {
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { type CsvRecord, csvRecords } from '../platform/csv/csv-records.js';
import { utf8Chunks } from '../platform/csv/csv-text.js';
import { IdParam } from '../platform/http/id-param.js';
import { CursorQuery, pageFrom } from '../platform/http/paging.js';
import { actorOf, Caller, type Principal } from '../platform/http/principal.js';
import { Problems } from '../platform/http/problem-responses.js';
import { RequireScope } from '../platform/http/route-access.js';
import type { Upload } from '../platform/http/upload.js';
import { invalidFields, validated } from '../platform/http/validation.js';
import { DomainError } from '../rules/errors/domain-error.js';
import type { GivenRow } from './rate-card.js';
import { readRateFile } from './rate-card-file.js';
import {
  CreateRateCardDto,
  detailsOf,
  EffectiveRateDto,
  EffectiveRateQuery,
  givenRows,
  RateCardDto,
  RateCardPageDto,
  RateCardQuery,
  RateCardWithRowsDto,
  RateRowDto,
} from './rate-card.dto.js';
import { RateCards } from './rate-cards.service.js';
import { TakesRateCard } from './takes-rate-card.dto.js';

const MAX_LINES = 5_000;

@ApiTags('Prices')
@Controller('rate-cards')
export class RateCardsController {
  constructor(private readonly cards: RateCards) {}

  @Post()
  @RequireScope('admin')
  @TakesRateCard()
  @ApiOperation({
    operationId: 'createRateCard',
    summary: 'Upload a price list of Meta, as JSON or as CSV (market,category,from,to,price)',
  })
  @ApiCreatedResponse({ type: RateCardDto })
  @Problems(400, 413, 415, 422)
  async create(
    @Caller() caller: Principal,
    @Query() query: RateCardQuery,
    @Body() body: unknown,
    @Req() { upload }: FastifyRequest,
  ): Promise<RateCardDto> {
    const by = actorOf(caller);
    if (upload === undefined) {
      const card = await validated(CreateRateCardDto, body);
      return RateCardDto.of(
        await this.cards.upload(caller.organizationId, by, detailsOf(card), givenRows(card.rows)),
      );
    }
    const { currency, effectiveFrom, businessAccountId, name = upload.fileName ?? 'Price list' } = query;
    if (currency === undefined || effectiveFrom === undefined) {
      const message = 'must be given in the query string when the prices come as a file';
      throw invalidFields(
        [
          ...(currency === undefined ? ['currency'] : []),
          ...(effectiveFrom === undefined ? ['effectiveFrom'] : []),
        ].map((field) => ({ field, message })),
      );
    }
    const rows = await linesOf(upload);
    const details = detailsOf({
      name,
      currency,
      effectiveFrom,
      ...(businessAccountId === undefined ? {} : { businessAccountId }),
    });
    return RateCardDto.of(await this.cards.upload(caller.organizationId, by, details, rows));
  }

  @Get()
  @RequireScope('analytics:read')
  @ApiOperation({ operationId: 'listRateCards', summary: 'List the price lists, newest first' })
  @ApiOkResponse({ type: RateCardPageDto })
  @Problems(400)
  async list(@Caller() { organizationId }: Principal, @Query() query: CursorQuery): Promise<RateCardPageDto> {
    return pageFrom(query, {
      rows: (place) => this.cards.list(organizationId, place),
      show: (card) => RateCardDto.of(card),
      count: () => this.cards.count(organizationId),
    });
  }

  @Get('effective')
  @RequireScope('analytics:read')
  @ApiOperation({
    operationId: 'getEffectiveRate',
    summary: 'Find the price of a market and category on a day',
  })
  @ApiOkResponse({ type: EffectiveRateDto })
  @Problems(400, 404, 422)
  async effective(
    @Caller() { organizationId }: Principal,
    @Query() { date, market, category, businessAccountId = '' }: EffectiveRateQuery,
  ): Promise<EffectiveRateDto> {
    const asked = { date, market, category, account: businessAccountId };
    const { card, rows } = await this.cards.effective(organizationId, asked);
    const tiers = rows.map((row) => RateRowDto.of(row));
    const { currency, id: rateCardId, effectiveFrom } = card;
    return { currency, rateCardId, effectiveFrom, price: tiers[0]?.price ?? '', tiers };
  }

  @Get(':id')
  @RequireScope('analytics:read')
  @ApiOperation({ operationId: 'getRateCard', summary: 'Read a price list with its prices' })
  @ApiOkResponse({ type: RateCardWithRowsDto })
  @Problems(400, 404)
  async get(@Caller() { organizationId }: Principal, @IdParam() id: string): Promise<RateCardWithRowsDto> {
    const { card, rows } = await this.cards.get(organizationId, id);
    return RateCardWithRowsDto.with(card, rows);
  }

  @Delete(':id')
  @HttpCode(204)
  @RequireScope('admin')
  @ApiOperation({
    operationId: 'deleteRateCard',
    summary: 'Delete a price list that nothing was priced with',
  })
  @ApiNoContentResponse()
  @Problems(400, 404, 409)
  async delete(@Caller() { organizationId }: Principal, @IdParam() id: string): Promise<void> {
    await this.cards.delete(organizationId, id);
  }
}

async function linesOf({ stream, charset }: Upload): Promise<GivenRow[]> {
  const records: CsvRecord[] = [];
  for await (const some of csvRecords(utf8Chunks(stream, charset))) {
    records.push(...some);
    if (records.length > MAX_LINES + 1) {
      throw new DomainError('too-large', 'too_many_prices', `A price list has at most ${MAX_LINES} lines.`);
    }
  }
  const read = readRateFile(records);
  if ('rows' in read) return read.rows;
  const message = `lacks ${read.missing.join(', ')}: the first line must be market,category,from,to,price`;
  throw invalidFields([{ field: 'line 1', message }]);
}
