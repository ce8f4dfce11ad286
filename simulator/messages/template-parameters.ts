import { GraphError, invalidParameter } from '../graph/graph-error.js';
import { asText, isObject, isText, listOf, type JsonObject } from '../json.js';
import type { TemplateSlots } from '../templates/template-slots.js';
import type { Template } from '../templates/template.js';

const FORBIDDEN_TEXT = /[\n\t]| {5}/;

/** What holds for every template, known or not: the values themselves. */
export function checkParameterTexts(components: JsonObject[]): void {
  for (const component of components) {
    for (const parameter of listOf(component.parameters)) {
      if (!isObject(parameter)) throw invalidParameter('Each parameter must be an object with a type');
      if (parameter.type !== 'text') continue;
      if (!isText(parameter.text))
        throw invalidParameter(`${where(component)}: text parameter must not be empty`);
      if (FORBIDDEN_TEXT.test(parameter.text)) {
        throw invalidParameter(
          'Param text cannot have new-line/tab characters or more than 4 consecutive spaces',
        );
      }
    }
  }
}

/** What holds for this template: its variables, each given once and in the right form. */
export function checkAgainstTemplate(
  template: Template,
  slots: TemplateSlots,
  components: JsonObject[],
): void {
  checkHeader(slots.header, components);
  checkVariables('body', slots.body, template.parameterFormat, parametersOf(components, 'body'));
  for (const index of slots.urlButtons) {
    const button = components.find(
      (component) => isButton(component, 'url') && Number(asText(component.index)) === index,
    );
    if (listOf(button?.parameters).length === 0) {
      throw new GraphError(131008, `buttons: Button at index ${index} of type Url requires a parameter`);
    }
  }
  for (const component of components) {
    const index = Number(asText(component.index));
    if (isButton(component, 'url') && !slots.urlButtons.has(index)) {
      throw new GraphError(132000, `buttons: Button at index ${index} of type Url does not take a parameter`);
    }
  }
}

function checkHeader(header: TemplateSlots['header'], components: JsonObject[]): void {
  const given = parametersOf(components, 'header');
  if (header === undefined || header.kind === 'TEXT') {
    const variables = header?.variables ?? [];
    if (given.length !== variables.length) throw wrongCount('header', given.length, variables.length);
    if (given.some(({ type }) => type !== 'text')) throw wrongFormat('header', 'TEXT', given[0]);
    return;
  }
  const expected = header.kind === 'GIF' ? 'video' : header.kind.toLowerCase();
  const [parameter] = given;
  const kind = asText(parameter?.type);
  if (given.length !== 1 || (kind !== expected && !(header.kind === 'GIF' && kind === 'gif'))) {
    throw wrongFormat('header', header.kind, parameter);
  }
  const media = parameter?.[kind];
  const isMedia = expected !== 'location' && expected !== 'product';
  if (!isObject(media) || (isMedia && !isText(media.id) && !isText(media.link))) {
    throw new GraphError(131008, `header: ${expected} needs an id or a link`);
  }
}

function checkVariables(
  place: string,
  names: string[],
  format: Template['parameterFormat'],
  given: JsonObject[],
): void {
  if (given.length !== names.length) throw wrongCount(place, given.length, names.length);
  for (const parameter of given) {
    const kind = asText(parameter.type);
    if (kind !== 'text' && kind !== 'currency' && kind !== 'date_time')
      throw wrongFormat(place, 'TEXT', parameter);
    if (format === 'POSITIONAL') continue;
    if (!isText(parameter.parameter_name)) throw invalidParameter('Parameter name is missing or empty');
    if (!names.includes(parameter.parameter_name)) {
      throw new GraphError(132012, `${place}: parameter ${parameter.parameter_name} is not in the template`);
    }
  }
  if (
    format === 'NAMED' &&
    new Set(given.map((parameter) => parameter.parameter_name)).size !== names.length
  ) {
    throw new GraphError(132012, `${place}: the same parameter was given twice`);
  }
}

function parametersOf(components: JsonObject[], type: string): JsonObject[] {
  const component = components.find((one) => asText(one.type)?.toLowerCase() === type);
  return listOf(component?.parameters).filter(isObject);
}

function isButton(component: JsonObject, subType: string): boolean {
  return (
    asText(component.type)?.toLowerCase() === 'button' &&
    asText(component.sub_type)?.toLowerCase() === subType
  );
}

function wrongCount(place: string, given: number, expected: number): GraphError {
  return new GraphError(
    132000,
    `${place}: number of localizable_params (${given}) does not match the expected number of params (${expected})`,
  );
}

function wrongFormat(place: string, expected: string, parameter: JsonObject | undefined): GraphError {
  const received = asText(parameter?.type)?.toUpperCase() ?? 'UNKNOWN';
  return new GraphError(132012, `${place}: Format mismatch, expected ${expected}, received ${received}`);
}

function where(component: JsonObject): string {
  return asText(component.type) ?? 'component';
}
