import { GraphError, invalidParameter } from '../graph/graph-error.js';
import { asText, isObject, isText, listOf, type JsonObject } from '../json.js';
import type { TemplateSlots } from '../templates/template-slots.js';
import type { Template } from '../templates/template.js';

const FORBIDDEN_TEXT = /[\n\t]| {5}/;

/** Rules for every template, known or not: the values themselves. */
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

/** Rules for this template: its variables, each given once and in the right form. */
export function checkAgainstTemplate(
  template: Template,
  slots: TemplateSlots,
  components: JsonObject[],
): void {
  checkCard(template.parameterFormat, slots, components);
  checkOffer(slots, components);
  checkCards(template.parameterFormat, slots, components);
}

/** The message itself, or one card of it. */
function checkCard(
  format: Template['parameterFormat'],
  slots: TemplateSlots,
  components: JsonObject[],
): void {
  checkHeader(slots.header, components);
  checkVariables('body', slots.body, format, parametersOf(components, 'body'));
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
  for (const { index, type } of slots.buttons) checkButton(index, type, components);
}

/** What a button of this type must be sent with. */
function checkButton(index: number, type: string, components: JsonObject[]): void {
  const sent = components.find(
    (component) =>
      asText(component.type)?.toLowerCase() === 'button' && Number(asText(component.index)) === index,
  );
  const [parameter] = listOf(sent?.parameters);
  const given = isObject(parameter) ? parameter : {};
  const needs = (what: string): GraphError =>
    new GraphError(131008, `buttons: Button at index ${index} of type ${type} requires ${what}`);
  if (type === 'COPY_CODE') {
    if (given.type !== 'coupon_code' || !isText(given.coupon_code)) throw needs('a coupon_code');
    if (given.coupon_code.length > 20) throw new GraphError(131009, 'coupon_code may have 20 characters');
  }
  if (type === 'FLOW' && sent !== undefined && !isObject(given.action)) throw needs('an action');
}

function checkOffer({ expires }: TemplateSlots, components: JsonObject[]): void {
  if (!expires) return;
  const [parameter] = parametersOf(components, 'limited_time_offer');
  const offer = parameter?.limited_time_offer;
  const at = isObject(offer) ? offer.expiration_time_ms : undefined;
  // Seconds in the place of milliseconds would be a day in 1970.
  if (typeof at !== 'number' || at < 1_000_000_000_000)
    throw new GraphError(131008, 'limited_time_offer: expiration_time_ms is required, in milliseconds');
}

function checkCards(
  format: Template['parameterFormat'],
  { cards: approved, hasProductCards }: TemplateSlots,
  components: JsonObject[],
): void {
  const carousel = components.find((component) => asText(component.type)?.toLowerCase() === 'carousel');
  const given = listOf(carousel?.cards).filter(isObject);
  // Cards of products may be more or fewer than the approved ones; their own rules count them.
  const isCountRight = hasProductCards || given.length === approved.length;
  if (approved.length > 0 && !isCountRight)
    throw new GraphError(132000, `carousel: ${given.length} cards, expected ${approved.length}`);
  for (const [position, card] of given.entries()) {
    if (Number(asText(card.card_index)) !== position)
      throw new GraphError(132012, `carousel: card_index ${position} is missing or out of order`);
    const slots = approved[position] ?? approved.at(-1);
    const parts = listOf(card.components).filter(isObject);
    checkParameterTexts(parts);
    if (slots !== undefined) checkCard(format, slots, parts);
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
