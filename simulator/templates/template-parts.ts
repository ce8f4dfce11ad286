import { GraphError, missingParameter } from '../graph/graph-error.js';
import { asText, isObject, isText, listOf, type JsonObject } from '../json.js';
import type { TemplateCategory } from './template.js';
import { variablesOf } from './template-slots.js';

/** The type of the file behind a handle that was uploaded here; undefined: there is none. */
export type TypeOfHandle = (handle: string) => string | undefined;

const FILES: Readonly<Record<string, RegExp>> = {
  IMAGE: /^image\//,
  VIDEO: /^video\//,
  GIF: /^video\//,
  DOCUMENT: /^application\//,
};

function refused(details: string, subcode: number): GraphError {
  return new GraphError(100, details, { subcode });
}

const typeOf = (part: JsonObject): string => (asText(part.type) ?? '').toUpperCase();
const partsOf = (value: unknown): JsonObject[] => listOf(value).filter(isObject);

/** Meta's rules for the parts of a template; the review behind them is a person's. */
export function checkParts(
  components: JsonObject[],
  category: TemplateCategory,
  typeOfHandle: TypeOfHandle,
): void {
  const find = (type: string) => components.find((component) => typeOf(component) === type);
  if (category === 'AUTHENTICATION') return;
  const offer = find('LIMITED_TIME_OFFER');
  const body = find('BODY');
  if (body === undefined) throw missingParameter("components['BODY']['text']");
  checkBody(body, offer === undefined ? 1024 : 600);
  const header = find('HEADER');
  if (header !== undefined) checkHeader(header, typeOfHandle);
  const footer = find('FOOTER');
  if (footer !== undefined) {
    atMost(footer.text, 60, 'footer', 2388073);
    if (variablesOf(asText(footer.text) ?? '').length > 0)
      throw refused('The footer takes no variables', 2388073);
  }
  checkButtons(partsOf(find('BUTTONS')?.buttons), 10);
  if (offer !== undefined) checkOffer(offer, footer, partsOf(find('BUTTONS')?.buttons));
  const carousel = find('CAROUSEL');
  if (carousel !== undefined) checkCarousel(carousel, typeOfHandle);
}

function atMost(value: unknown, limit: number, what: string, subcode: number): void {
  const text = asText(value);
  if (!isText(text)) throw missingParameter(`components['${what.toUpperCase()}']['text']`);
  if (Array.from(text).length > limit)
    throw refused(`The ${what} is longer than ${limit} characters`, subcode);
}

function checkBody(body: JsonObject, limit: number): void {
  atMost(body.text, limit, 'body', 2388040);
  const text = asText(body.text) ?? '';
  if (/^\s*\{\{|\}\}\s*$/.test(text))
    throw refused("Variables can't be at the start or end of the template", 2388299);
  if (/\}\}\s*\{\{/.test(text)) throw refused('Two variables follow each other', 2388293);
  const variables = variablesOf(text);
  if (variables.length === 0) return;
  const example = isObject(body.example) ? body.example : {};
  const examples = [...listOf(listOf(example.body_text)[0]), ...listOf(example.body_text_named_params)];
  if (examples.length < variables.length)
    throw refused('Each variable of the body needs an example', 2388043);
}

function checkHeader(header: JsonObject, typeOfHandle: TypeOfHandle): void {
  const format = (asText(header.format) ?? '').toUpperCase();
  const example = isObject(header.example) ? header.example : {};
  if (format === 'TEXT') {
    atMost(header.text, 60, 'header', 2388047);
    const variables = variablesOf(asText(header.text) ?? '');
    if (variables.length > 1) throw refused('The header takes one variable', 2388072);
    const examples = [...listOf(example.header_text), ...listOf(example.header_text_named_params)];
    if (examples.length < variables.length) throw refused('The header needs an example', 2388043);
    return;
  }
  const files = FILES[format];
  if (files === undefined) return;
  const [handle] = listOf(example.header_handle);
  if (!isText(handle)) throw refused(`A header of format ${format} needs an example`, 2388043);
  const type = typeOfHandle(handle);
  if (type === undefined || !files.test(type))
    throw refused(`The handle does not name an uploaded file of format ${format}`, 2494102);
}

function checkButtons(buttons: JsonObject[], most: number): void {
  if (buttons.length > most) throw refused(`At most ${most} buttons are allowed`, 2388057);
  const count = (type: string) => buttons.filter((button) => typeOf(button) === type).length;
  if (count('URL') > 2 || count('PHONE_NUMBER') > 1 || count('COPY_CODE') > 1)
    throw refused('Too many buttons of one type', 2388057);
  const replies = buttons.map((button) => (typeOf(button) === 'QUICK_REPLY' ? 'r' : 'o')).join('');
  if (/ro+r|or+o/.test(replies)) throw refused('Quick replies must be grouped together', 2388060);
  for (const button of buttons) {
    if (button.text !== undefined) atMost(button.text, 25, 'buttons', 2388058);
    if (typeOf(button) !== 'URL') continue;
    atMost(button.url, 2000, 'url', 2388059);
    const url = asText(button.url) ?? '';
    if (variablesOf(url).length === 0) continue;
    if (!/^[^{}]+\{\{\s*\w+\s*\}\}$/.test(url))
      throw refused('The variable must stand at the end of the URL', 2388059);
    if (button.example === undefined) throw refused('The URL needs an example', 2388043);
  }
}

function checkOffer(offer: JsonObject, footer: JsonObject | undefined, buttons: JsonObject[]): void {
  const terms = isObject(offer.limited_time_offer) ? offer.limited_time_offer : {};
  atMost(terms.text, 16, 'limited_time_offer', 2388040);
  if (footer !== undefined) throw refused('A limited-time offer takes no footer', 2388072);
  const types = buttons.map(typeOf);
  if (!types.includes('URL') || types.indexOf('COPY_CODE') > 0)
    throw refused('A limited-time offer needs a URL button, after the code if there is one', 2388057);
}

function checkCarousel(carousel: JsonObject, typeOfHandle: TypeOfHandle): void {
  const cards = partsOf(carousel.cards).map((card) => partsOf(card.components));
  if (cards.length < 2 || cards.length > 10) throw refused('A carousel has 2 to 10 cards', 2388062);
  const shapes = new Set<string>();
  for (const parts of cards) {
    const find = (type: string) => parts.find((part) => typeOf(part) === type);
    const header = find('HEADER');
    if (header === undefined) throw refused('Each card needs a header', 2388062);
    checkHeader(header, typeOfHandle);
    const body = find('BODY');
    if (body !== undefined) checkBody(body, 160);
    const buttons = partsOf(find('BUTTONS')?.buttons);
    if (buttons.length === 0) throw refused('Each card needs a button', 2388062);
    checkButtons(buttons, 2);
    shapes.add(
      JSON.stringify([asText(header.format)?.toUpperCase(), body === undefined, buttons.map(typeOf)]),
    );
  }
  if (shapes.size > 1) throw refused('All cards must have the same parts', 2388062);
}
