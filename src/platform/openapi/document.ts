import { type INestApplication, SetMetadata } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { problemResponse } from '../http/problem-responses.js';

const DESCRIPTION = `Self-hosted backend for WhatsApp campaigns and commerce over Meta's Cloud API.

Send your key as \`Authorization: Bearer KEY\` or \`X-API-Key: KEY\`. Errors are \`application/problem+json\` (RFC 9457).
Every POST takes an \`Idempotency-Key\` header: the same key with the same request is carried out once and returns
alike for 24 hours.`;

const TAGS: readonly (readonly [string, string])[] = [
  ['Customers', 'People, their consent, and lists of them'],
  ['Campaigns', 'Campaigns, in the WhatsApp API'],
  ['Experiments', 'Variants of one campaign, compared'],
  ['Series', 'Campaigns that come again on the dates of a rule'],
  ['Marketing', 'The same campaigns, in the Marketing API'],
  ['Imports', 'What a file would become, before it is imported'],
  ['Segments', 'Saved and unsaved selections of customers'],
  ['Templates', 'Message templates, as Meta lists them'],
  ['Catalogs', 'Catalogs, their products, files and images'],
  ['Product messages', 'Products, lists, the catalog and cards to one person'],
  ['Orders', 'Orders, carts, payments, and the settings of the shop'],
  ['Links', 'Tracked links, as people open them'],
  ['Conversions', 'What messages led to, and the campaign that each belongs to'],
  ['Prices', 'Price lists of Meta, as you upload them'],
  ['Analytics', 'Figures over all campaigns'],
  ['Messages', 'Single messages, and what became of them'],
  ['Media', 'Files that messages carry'],
  ['Senders', 'WhatsApp business numbers'],
  ['Webhooks', 'Meta’s webhook: the endpoint, and the state of every event'],
  ['Events', 'What happens, as it happens, and events of your own'],
  ['Outgoing webhooks', 'Addresses that hear of events, and every delivery'],
  ['Notifications', 'What the installation tells its people'],
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

/** For a module whose routes are not Nest controllers: Swagger cannot see those by itself. */
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

/**
 * What holds for every route of a kind is stated here: stated by hand at each route, it would be forgotten at one.
 */
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
      description: 'Same key and same request: carried out once, same answer for 24 hours',
      schema: { type: 'string', minLength: 1, maxLength: 255 },
    });
  }
  return document;
}

function answers({ responses }: Operation, ...statuses: number[]): void {
  for (const status of statuses) responses[status] ??= problemResponse(status);
}
