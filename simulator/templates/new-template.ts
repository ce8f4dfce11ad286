import { jsonParam } from '../graph/graph-call.js';
import { GraphError, invalidParameter, missingParameter } from '../graph/graph-error.js';
import { asText, isObject, isText, listOf, type JsonObject } from '../json.js';
import { slotsOf, variablesOf } from './template-slots.js';
import { TEMPLATE_CATEGORIES, type Template } from './template.js';

const LONGEST_BODY = 1024;

/** A template as it is handed in for review, or what Meta says is wrong with it. */
export function readNewTemplate(params: JsonObject, id: string): Template {
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
  checkBody(components);
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

function checkBody(components: JsonObject[]): void {
  const body = components.find((component) => asText(component.type)?.toUpperCase() === 'BODY');
  const text = asText(body?.text);
  if (body === undefined || text === undefined) throw missingParameter("components['BODY']['text']");
  if (text.length > LONGEST_BODY)
    throw refused(`The body is longer than ${LONGEST_BODY} characters`, 2388040);
  if (/^\s*\{\{|\}\}\s*$/.test(text))
    throw refused("Variables can't be at the start or end of the template", 2388299);
  if (variablesOf(text).length === 0) return;
  const example = body.example;
  const examples = isObject(example)
    ? [...listOf(listOf(example.body_text)[0]), ...listOf(example.body_text_named_params)]
    : [];
  if (examples.length < variablesOf(text).length)
    throw refused('Each variable of the body needs an example', 2388043);
}

function refused(details: string, subcode: number): GraphError {
  return new GraphError(100, details, { subcode });
}
