import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { load } from 'js-yaml';

type Json = Record<string, unknown>;

const document = load(readFileSync(join(import.meta.dirname, '../../openapi.yaml'), 'utf8')) as {
  paths: Record<string, Record<string, { responses: Record<string, { content?: Record<string, Json> }> }>>;
};
const ajv = new Ajv2020({ strict: false, allErrors: true });
formats.default(ajv);
ajv.addSchema(closed(document) as Json, 'api');

const compiled = new Map<string, ValidateFunction>();

/** Checks every answer in a test against the committed openapi.yaml: status, type, and no extra field. */
export function assertDocumented(
  method: string,
  path: string,
  status: number,
  type: string,
  body: unknown,
): void {
  // As OpenAPI requires, a literal path segment wins over a parameter.
  const [template] = Object.keys(document.paths)
    .filter((candidate) => matches(candidate, path))
    .sort((a, b) => a.split('{').length - b.split('{').length);
  if (template === undefined) {
    if (status === 404) return;
    throw new Error(`openapi.yaml does not know ${path}`);
  }
  const operation = document.paths[template]?.[method.toLowerCase()];
  if (operation === undefined) {
    if (status === 404) return;
    throw new Error(`openapi.yaml does not know ${method} ${template}`);
  }
  const where = `${method} ${template} -> ${status}`;
  const response = operation.responses[status];
  if (response === undefined)
    throw new Error(`openapi.yaml does not know the answer ${where}: ${JSON.stringify(body)}`);
  const [mediaType] = type.split(';');
  const content = Object.keys(response.content ?? {});
  if (content.length === 0 && (body === undefined || body === '')) return;
  if (mediaType === undefined || !content.includes(mediaType)) {
    throw new Error(`openapi.yaml says ${content.join(' or ')} for ${where}, the answer is ${type}`);
  }
  if (!mediaType.endsWith('json')) return;
  const pointer = [
    'paths',
    template,
    method.toLowerCase(),
    'responses',
    String(status),
    'content',
    mediaType,
    'schema',
  ];
  const ref = `api#/${pointer.map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/')}`;
  let validate = compiled.get(ref);
  if (validate === undefined) compiled.set(ref, (validate = ajv.compile({ $ref: ref })));
  if (!validate(body)) {
    throw new Error(
      `${where} is not as documented: ${ajv.errorsText(validate.errors)}\n${JSON.stringify(body)}`,
    );
  }
}

function matches(template: string, path: string): boolean {
  const pattern = template.replace(/[.*+?^$()|[\]\\]/g, '\\$&').replace(/\{[^}]+\}/g, '[^/]+');
  return new RegExp(`^${pattern}$`).test(path);
}

/** JSON Schema lets unknown fields pass; on this copy it does not. */
function closed(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(closed);
  if (typeof node !== 'object' || node === null) return node;
  const copy = Object.fromEntries(Object.entries(node).map(([key, value]) => [key, closed(value)]));
  if (copy['type'] === 'object' && 'properties' in copy && !('additionalProperties' in copy)) {
    copy['additionalProperties'] = false;
  }
  return copy;
}
