import { applyDecorators } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiBody, ApiConsumes, ApiExtraModels, getSchemaPath } from '@nestjs/swagger';
import { AddCampaignRecipientsDto } from './campaign-recipients.dto.js';

/** The one route that accepts recipients as JSON, as a CSV body and as a file in a form. */
export function TakesRecipients(): MethodDecorator {
  const file = { type: 'string', format: 'binary' };
  return applyDecorators(
    RouteConfig({ takesUpload: 'or-json' }),
    ApiConsumes('application/json', 'text/csv', 'multipart/form-data'),
    ApiExtraModels(AddCampaignRecipientsDto),
    ApiBody({
      required: true,
      schema: {
        oneOf: [
          { $ref: getSchemaPath(AddCampaignRecipientsDto) },
          {
            type: 'string',
            description: 'The file itself (text/csv): a column with numbers, others as variables',
          },
          { type: 'object', properties: { file }, required: ['file'] },
        ],
      },
    }),
  );
}
