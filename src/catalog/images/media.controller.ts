import { Controller, Get, Param, Res, StreamableFile } from '@nestjs/common';
import { ApiNotFoundResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { problemResponse } from '../../platform/http/problem-responses.js';
import { Public } from '../../platform/http/route-access.js';
import { IMMUTABLE } from '../../platform/storage/bucket-store.client.js';
import { FileStorage } from '../../platform/storage/file-storage.service.js';
import { notFound } from '../../rules/errors/domain-error.js';
import { parseImageKey } from './image-key.js';

const BINARY = { schema: { type: 'string', format: 'binary' } };

/** Where Meta and customers get images from. Their names cannot be guessed, and need no key. */
@ApiTags('Catalogs')
@Controller('media')
export class MediaController {
  constructor(private readonly storage: FileStorage) {}

  @Get(':folder/:file')
  @Public()
  @ApiOperation({ operationId: 'getImage', summary: 'Read an image; it never changes' })
  @ApiOkResponse({ content: { 'image/jpeg': BINARY, 'image/png': BINARY } })
  @ApiNotFoundResponse(problemResponse(404))
  async get(
    @Param('folder') folder: string,
    @Param('file') file: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamableFile> {
    const image = parseImageKey(folder, file);
    const found = image === undefined ? undefined : await this.storage.disk.open(image.key);
    if (image === undefined || found === undefined) throw notFound('image', file.slice(0, 100));
    void reply.headers({
      'cache-control': IMMUTABLE,
      'content-security-policy': "default-src 'none'",
      // Product pages of any shop may show it.
      'cross-origin-resource-policy': 'cross-origin',
    });
    return new StreamableFile(found.stream, { type: image.contentType, length: found.bytes });
  }
}
