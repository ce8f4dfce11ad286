import { Body, Controller, Delete, HttpCode, Param, Post, Req, Res } from '@nestjs/common';
import {
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { IdParam } from '../../platform/http/id-param.js';
import { Caller, type Principal } from '../../platform/http/principal.js';
import { Problems } from '../../platform/http/problem-responses.js';
import { RequireScope } from '../../platform/http/route-access.js';
import { TakesImage } from '../../platform/http/upload.js';
import { invalidFields, validated } from '../../platform/http/validation.js';
import { ImageDto, ImageSourceDto } from './image.dto.js';
import { ImageSource } from './image-source.service.js';
import { Images } from './images.service.js';

const SHA256 = /^[0-9a-f]{64}$/;

@ApiTags('Catalogs')
@Controller('whatsapp/catalogs/:id/images')
export class ImagesController {
  constructor(
    private readonly images: Images,
    private readonly source: ImageSource,
  ) {}

  @Post()
  @RequireScope('catalog:write')
  @TakesImage(ImageSourceDto)
  @ApiOperation({
    operationId: 'addCatalogImage',
    summary: 'Store a JPEG or PNG image for products: as the body, as the file of a form, or from an address',
  })
  @ApiCreatedResponse({ type: ImageDto })
  @ApiOkResponse({ type: ImageDto, description: 'This image is stored already' })
  @Problems(400, 404, 413, 415, 422)
  async add(
    @Caller() { organizationId }: Principal,
    @IdParam() catalogId: string,
    @Req() { upload }: FastifyRequest,
    @Body() body: unknown,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ImageDto> {
    const sourceUrl = upload === undefined ? (await validated(ImageSourceDto, body)).sourceUrl : '';
    const image = await this.images.add(organizationId, catalogId, () =>
      upload === undefined ? this.source.fetch(sourceUrl) : this.source.read(upload),
    );
    if (!image.isNew) void reply.code(200);
    return ImageDto.of(image);
  }

  @Delete(':sha256')
  @HttpCode(204)
  @RequireScope('catalog:write')
  @ApiOperation({ operationId: 'deleteCatalogImage', summary: 'Remove an image that no product names' })
  @ApiNoContentResponse()
  @Problems(400, 404, 409)
  async remove(
    @Caller() { organizationId }: Principal,
    @IdParam() catalogId: string,
    @Param('sha256') sha256: string,
  ): Promise<void> {
    if (!SHA256.test(sha256)) {
      throw invalidFields([{ field: 'sha256', message: 'must be 64 hexadecimal digits' }]);
    }
    await this.images.remove(organizationId, catalogId, sha256);
  }
}
