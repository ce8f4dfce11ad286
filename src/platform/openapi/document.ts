import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';

const DESCRIPTION = `Self-hosted backend for WhatsApp campaigns and commerce over Meta's Cloud API.

Send your key as \`Authorization: Bearer KEY\` or \`X-API-Key: KEY\`. Errors are \`application/problem+json\` (RFC 9457).
Every POST takes an \`Idempotency-Key\` header: the same key with the same request is carried out once and answered
alike for 24 hours.`;

const TAGS: readonly (readonly [string, string])[] = [
  ['Senders', 'WhatsApp business numbers'],
  ['Access', 'Organizations, keys and the audit log'],
  ['Operations', 'Health and metrics'],
  ['Development', 'Only with the simulator: the movable clock'],
];

export function buildDocument(app: INestApplication): OpenAPIObject {
  const builder = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Drumbeat')
    .setDescription(DESCRIPTION)
    .setVersion('1')
    .addServer('/', 'This installation')
    .addBearerAuth({ type: 'http', scheme: 'bearer' }, 'bearer')
    .addApiKey({ type: 'apiKey', name: 'X-API-Key', in: 'header' }, 'apiKey');
  for (const [name, description] of TAGS) builder.addTag(name, description);
  const document = SwaggerModule.createDocument(app, builder.build());
  return withEitherKey(withIdempotencyKeys(document));
}

type Operation = NonNullable<OpenAPIObject['paths'][string]['get']>;

function operationsOf(document: OpenAPIObject): [method: string, operation: Operation][] {
  return Object.values(document.paths).flatMap((path) =>
    Object.entries(path).flatMap(([method, operation]) =>
      typeof operation === 'object' && operation !== null && 'responses' in operation
        ? ([[method, operation as Operation]] as [string, Operation][])
        : [],
    ),
  );
}

/** The header holds for every POST with a key; saying so at each route by hand would be forgotten at one. */
function withIdempotencyKeys(document: OpenAPIObject): OpenAPIObject {
  for (const [method, operation] of operationsOf(document)) {
    if (method !== 'post' || operation.security === undefined) continue;
    (operation.parameters ??= []).push({
      name: 'Idempotency-Key',
      in: 'header',
      required: false,
      description: 'Same key and same request: carried out once, answered alike for 24 hours',
      schema: { type: 'string', minLength: 1, maxLength: 255 },
    });
  }
  return document;
}

/** Two `@ApiSecurity` on one route mean "either of them"; a route without any is public, and says so. */
function withEitherKey(document: OpenAPIObject): OpenAPIObject {
  for (const [, operation] of operationsOf(document)) operation.security ??= [];
  return document;
}
