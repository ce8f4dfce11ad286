import { problemResponse } from '../../platform/http/problem-responses.js';

export const WEBHOOK_PATH = '/api/webhooks/whatsapp';

const text = (name: string, description: string) => ({
  name,
  in: 'query' as const,
  required: true,
  description,
  schema: { type: 'string' },
});

/** The part of openapi.yaml for the routes in webhook.routes.ts. */
export const WEBHOOK_PATHS = {
  [WEBHOOK_PATH]: {
    get: {
      operationId: 'verifyWebhook',
      summary: "Answer Meta's handshake for a new webhook URL",
      tags: ['Webhooks'],
      parameters: [
        text('hub.mode', 'Always `subscribe`'),
        text('hub.verify_token', 'Must be WHATSAPP_VERIFY_TOKEN'),
        text('hub.challenge', 'Returned as it is'),
      ],
      responses: {
        200: {
          description: 'The challenge',
          content: { 'text/plain': { schema: { type: 'string', example: '1158201444' } } },
        },
        403: { ...problemResponse(403), description: 'The token is wrong, or none is configured' },
      },
    },
    post: {
      operationId: 'receiveWebhook',
      summary: 'Receive an event from Meta: stored before the response, processed later',
      tags: ['Webhooks'],
      parameters: [
        {
          name: 'X-Hub-Signature-256',
          in: 'header' as const,
          required: true,
          description: 'HMAC-SHA256 of the raw body with the app secret',
          schema: { type: 'string', pattern: '^sha256=[0-9a-fA-F]{64}$' },
        },
      ],
      requestBody: {
        required: true,
        content: { 'application/json': { schema: { type: 'object', additionalProperties: true } } },
      },
      responses: {
        200: { description: 'Stored' },
        401: {
          ...problemResponse(401),
          description: 'The signature is missing or invalid; nothing was stored',
        },
        413: problemResponse(413),
        503: { ...problemResponse(503), description: 'Not stored; Meta has to send it again' },
      },
    },
  },
};
