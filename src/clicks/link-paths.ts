import { problemResponse } from '../platform/http/problem-responses.js';

export const LINK_PATH = '/l/:token';

const page = (description: string) => ({
  description,
  content: { 'text/html': { schema: { type: 'string' } } },
});

const operation = (operationId: string, summary: string) => ({
  operationId,
  summary,
  tags: ['Links'],
  parameters: [
    {
      name: 'token',
      in: 'path' as const,
      required: true,
      description: 'Made by this installation; it names the link and the message',
      schema: { type: 'string' },
    },
  ],
  responses: {
    302: {
      description: 'Where the link leads',
      headers: { Location: { schema: { type: 'string', format: 'uri' } } },
    },
    404: page('This installation has not made the token'),
    410: page('The link has ended'),
    429: { ...problemResponse(429), description: 'More than 600 a minute from one address' },
    503: page('The database does not answer, and the address is not remembered'),
  },
});

/** The part of openapi.yaml for the route in link.routes.ts. */
export const LINK_PATHS = {
  '/l/{token}': {
    get: operation('openLink', 'Open a tracked link'),
    head: operation('lookAtLink', 'Look where a tracked link leads; never counts as a click'),
  },
};
