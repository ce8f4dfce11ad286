import { applyDecorators } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiBody, ApiConsumes, ApiExtraModels, getSchemaPath } from '@nestjs/swagger';
import { CreateRateCardDto } from './rate-card.dto.js';

/** A price list comes as JSON, as a CSV body, or as a file in a form. */
export function TakesRateCard(): MethodDecorator {
  const file = { type: 'string', format: 'binary' };
  return applyDecorators(
    RouteConfig({ takesUpload: 'or-json' }),
    ApiConsumes('application/json', 'text/csv', 'multipart/form-data'),
    ApiExtraModels(CreateRateCardDto),
    ApiBody({
      required: true,
      schema: {
        oneOf: [
          { $ref: getSchemaPath(CreateRateCardDto) },
          { type: 'string', description: 'The file itself (text/csv): market,category,from,to,price' },
          { type: 'object', properties: { file }, required: ['file'] },
        ],
      },
    }),
  );
}
