import { type INestApplication, SetMetadata } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { problemResponse } from '../http/problem-responses.js';

const DESCRIPTION = `Self-hosted backend for WhatsApp campaigns and commerce over Meta's Cloud API.

Send your key as \`Authorization: Bearer KEY\` or \`X-API-Key: KEY\`. Errors are \`application/problem+json\` (RFC 9457).
Every POST takes an \`Idempotency-Key\` header: the same key with the same request is carried out once and answered
alike for 24 hours.`;

const TAGS: readonly (readonly [string, string])[] = [
  ['Customers', 'People, their consent, and lists of them'],
  ['Campaigns', 'The WhatsApp face of campaigns'],
  ['Marketing', 'The Marketing face of the same campaigns'],
  ['Segments', 'Saved and unsaved selections of customers'],
  ['Templates', 'Message templates as Meta knows them'],
  ['Senders', 'WhatsApp business numbers'],
  ['Webhooks', 'What Meta reports: the endpoint, and what became of every event'],
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
  Object.assign(document.paths, ...rawPaths(app));
  return withCommonRules(document);
}

type Paths = OpenAPIObject['paths'];
const RAW_PATHS = 'openapi:raw-paths';

/** On a module with routes that are no Nest controllers: Swagger cannot see those, so it is told. */
export const DescribesPaths = (paths: Paths): ClassDecorator => SetMetadata(RAW_PATHS, paths);

/** From the classes, not their instances: the document is also written where nothing is instantiated. */
function rawPaths(app: INestApplication): Paths[] {
  const modules = [...app.get(ModulesContainer).values()];
  return modules.flatMap(({ metatype }) => {
    const paths = Reflect.getMetadata(RAW_PATHS, metatype) as Paths | undefined;
    return paths === undefined ? [] : [structuredClone(paths)];
  });
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

/** What holds for every route of a kind is said here: saying it at each route by hand would be forgotten at one. */
function withCommonRules(document: OpenAPIObject): OpenAPIObject {
  for (const [method, operation] of operationsOf(document)) {
    const isPublic = operation.security === undefined;
    operation.security ??= [];
    if (operation.requestBody !== undefined) answers(operation, 400, 413, 415);
    if (isPublic) continue;
    answers(operation, 503);
    if (method !== 'post') continue;
    answers(operation, 409, 422);
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

function answers({ responses }: Operation, ...statuses: number[]): void {
  for (const status of statuses) responses[status] ??= problemResponse(status);
}
