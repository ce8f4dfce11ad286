import { Controller, Delete, Get, HttpCode, Post, Query, Req, Res, StreamableFile } from '@nestjs/common';
import {
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { IdParam } from '../platform/http/id-param.js';
import { Caller, type Principal } from '../platform/http/principal.js';
import { Problems } from '../platform/http/problem-responses.js';
import { RequireScope } from '../platform/http/route-access.js';
import { TakesFile } from '../platform/http/upload.js';
import { DomainError } from '../rules/errors/domain-error.js';
import { MediaAssets } from './media-assets.service.js';
import { MediaIntake } from './media-intake.service.js';
import { MediaAssetDto, MediaPageDto, MediaQuery } from './media.dto.js';

const BINARY = { schema: { type: 'string', format: 'binary' } };

/** Files for the headers and cards of messages. */
@ApiTags('Media')
@Controller('whatsapp/media')
export class MediaAssetsController {
  constructor(
    private readonly assets: MediaAssets,
    private readonly intake: MediaIntake,
  ) {}

  @Post()
  @RequireScope('campaigns:write')
  @TakesFile('image/jpeg', 'image/png', 'video/mp4', 'application/pdf')
  @ApiOperation({
    operationId: 'addMedia',
    summary: 'Store a file for messages; the same file is stored once',
  })
  @ApiCreatedResponse({ type: MediaAssetDto })
  @ApiOkResponse({ type: MediaAssetDto, description: 'This file is stored already' })
  @Problems(400, 413, 415, 422, 503)
  async add(
    @Caller() { organizationId }: Principal,
    @Req() { upload }: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<MediaAssetDto> {
    if (upload === undefined) {
      throw new DomainError('unsupported-media', 'unsupported_media_type', 'Send a file.');
    }
    const { asset, isNew } = await this.intake.take(organizationId, upload);
    if (!isNew) void reply.code(200);
    return MediaAssetDto.of(asset);
  }

  @Get()
  @RequireScope('campaigns:read')
  @ApiOperation({ operationId: 'listMedia', summary: 'List the files, newest first' })
  @ApiOkResponse({ type: MediaPageDto })
  @Problems(400)
  async list(@Caller() { organizationId }: Principal, @Query() query: MediaQuery): Promise<MediaPageDto> {
    return this.assets.list(organizationId, query, (asset) => MediaAssetDto.of(asset));
  }

  @Get(':id')
  @RequireScope('campaigns:read')
  @ApiOperation({ operationId: 'getMedia', summary: 'Read what is known of a file' })
  @ApiOkResponse({ type: MediaAssetDto })
  @Problems(400, 404)
  async get(@Caller() { organizationId }: Principal, @IdParam() id: string): Promise<MediaAssetDto> {
    return MediaAssetDto.of(await this.assets.get(organizationId, id));
  }

  @Get(':id/file')
  @RequireScope('campaigns:read')
  @ApiOperation({ operationId: 'getMediaFile', summary: 'Read the file itself' })
  @ApiOkResponse({ content: { 'application/octet-stream': BINARY } })
  @Problems(400, 404, 422, 503)
  async file(
    @Caller() { organizationId }: Principal,
    @IdParam() id: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamableFile> {
    const asset = await this.assets.get(organizationId, id);
    const content = await this.assets.read(organizationId, asset);
    void reply.headers({
      'cache-control': 'private, max-age=31536000, immutable',
      'content-security-policy': "default-src 'none'",
    });
    // Shown on a page, an image or a film works; a document is only offered for download.
    const disposition = asset.kind === 'document' ? 'attachment' : 'inline';
    return new StreamableFile(content, {
      type: asset.contentType,
      length: content.length,
      disposition: `${disposition}; filename="${asset.id}"`,
    });
  }

  @Delete(':id')
  @HttpCode(204)
  @RequireScope('campaigns:write')
  @ApiOperation({ operationId: 'deleteMedia', summary: 'Remove a file that no campaign still sends' })
  @ApiNoContentResponse()
  @Problems(400, 404, 409)
  async remove(@Caller() { organizationId }: Principal, @IdParam() id: string): Promise<void> {
    await this.assets.remove(organizationId, id);
  }
}
