import { problemResponse } from '../../platform/http/problem-responses.js';

const accountId = {
  name: 'accountId',
  in: 'path' as const,
  required: true,
  description: 'The id of the payment account',
  schema: { type: 'string', format: 'uuid' },
};
const header = (name: string, description: string, required: boolean) => ({
  ...{ name, in: 'header' as const, required, description },
  schema: { type: 'string' },
});
const RESPONSES = {
  200: { description: 'Stored, or known already' },
  401: { ...problemResponse(401), description: 'The signature is missing or invalid; nothing was stored' },
  404: { ...problemResponse(404), description: 'No such account of this gateway' },
  413: problemResponse(413),
};

/** The part of openapi.yaml for the routes in payment-hook.routes.ts. */
export const PAYMENT_HOOK_PATHS = {
  '/api/webhooks/razorpay/{accountId}': {
    post: {
      operationId: 'receiveRazorpayWebhook',
      summary: 'Receive an event from Razorpay: a reason to look the payment up, and no more',
      tags: ['Webhooks'],
      parameters: [
        accountId,
        header('X-Razorpay-Signature', 'HMAC-SHA256 of the raw body with the webhook secret', true),
        header('x-razorpay-event-id', 'The same for each repetition of an event', false),
      ],
      requestBody: {
        required: true,
        content: { 'application/json': { schema: { type: 'object', additionalProperties: true } } },
      },
      responses: RESPONSES,
    },
  },
  '/api/webhooks/payu/{accountId}': {
    post: {
      operationId: 'receivePayuWebhook',
      summary: 'Receive an event from PayU, signed by its reverse hash: a reason to look the payment up',
      tags: ['Webhooks'],
      parameters: [accountId],
      requestBody: {
        required: true,
        content: {
          'application/x-www-form-urlencoded': { schema: { type: 'object', additionalProperties: true } },
        },
      },
      responses: RESPONSES,
    },
  },
};
