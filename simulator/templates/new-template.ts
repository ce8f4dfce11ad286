import { jsonParam } from '../graph/graph-call.js';
import { invalidParameter, missingParameter } from '../graph/graph-error.js';
import { asText, isObject, isText, type JsonObject } from '../json.js';
import { checkParts, type TypeOfHandle } from './template-parts.js';
import { slotsOf } from './template-slots.js';
import { TEMPLATE_CATEGORIES, type Template } from './template.js';

/** A template as it is submitted for review, or Meta's objection to it. */
export function readNewTemplate(params: JsonObject, id: string, typeOfHandle: TypeOfHandle): Template {
  const { name, language } = params;
  if (!isText(name)) throw missingParameter('name');
  if (!isText(language)) throw missingParameter('language');
  if (!/^[a-z0-9_]{1,512}$/.test(name)) {
    throw invalidParameter(
      'name may only have lower-case letters, digits and underscores, at most 512 of them',
    );
  }
  const category = TEMPLATE_CATEGORIES.find((one) => one === asText(params.category)?.toUpperCase());
  if (category === undefined)
    throw invalidParameter(`category must be one of ${TEMPLATE_CATEGORIES.join(', ')}`);
  const components = jsonParam(params, 'components');
  if (!Array.isArray(components) || !components.every(isObject)) throw missingParameter('components');
  const format = asText(params.parameter_format)?.toUpperCase();
  const ttl = asText(params.message_send_ttl_seconds);
  checkParts(components, category, typeOfHandle);
  return {
    id,
    name,
    language,
    category,
    status: 'PENDING',
    parameterFormat: format === 'NAMED' || namedParameters(components) ? 'NAMED' : 'POSITIONAL',
    components,
    quality: 'UNKNOWN',
    rejectedReason: 'NONE',
    messageSendTtlSeconds: ttl === undefined ? undefined : Number(ttl),
  };
}

export function namedParameters(components: JsonObject[]): boolean {
  return slotsOf({ components }).body.some((name) => !/^\d+$/.test(name));
}
