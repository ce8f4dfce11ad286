import {
  type HeaderComponent,
  type HeaderParameter,
  type MediaFile,
} from '../../whatsapp/payloads/template-component.js';
import { own, type Filling } from './filling.js';
import { parameterText } from './parameter-text.js';
import { openSlot, type Slot, type SlotScope } from './slot.js';
import { type HeaderDescription, type MediaFormat } from './template-parameters.js';
import { compileTextParameters } from './text-part.js';

type Fill = (filling: Filling) => HeaderParameter | null;

const LINK = /^https?:\/\/\S+$/i;
const MEDIA_ID = /^\d{5,30}$/;

/** `https://...` is a link, digits are the id of an upload; an object may say which. */
function readFile(value: unknown): MediaFile | null {
  if (typeof value === 'string')
    return MEDIA_ID.test(value) ? { id: value } : LINK.test(value) ? { link: value } : null;
  const id = parameterText(own(value, 'id'));
  const link = parameterText(own(value, 'link'));
  const filename = parameterText(own(value, 'filename'));
  const file = id !== undefined ? { id } : link !== undefined && LINK.test(link) ? { link } : null;
  return file === null || filename === undefined ? file : { ...file, filename };
}

function mediaParameter(kind: MediaFormat, file: MediaFile): HeaderParameter {
  switch (kind) {
    case 'image':
      return { type: kind, image: file };
    case 'video':
      return { type: kind, video: file };
    case 'document':
      return { type: kind, document: file };
    case 'gif':
      return { type: kind, gif: file };
  }
}

function whenGiven<T>(
  slot: Slot,
  filling: Filling,
  read: (value: unknown) => T | null,
  expected: string,
): T | null {
  const value = slot.value(filling);
  if (value === undefined) {
    slot.missing(filling);
    return null;
  }
  const result = read(value);
  if (result === null) slot.refuse(filling, 'invalid', `this is no ${expected}`);
  return result;
}

const header = { component: 'header', index: null } as const;

function compileMedia(kind: MediaFormat, scope: SlotScope): Fill {
  const keys = ['header', `header.${kind}`, 'header.link', 'header.id'];
  const file = openSlot(scope, { ...header, name: kind, kind: 'media', keys });
  const filename =
    kind === 'document'
      ? openSlot(scope, {
          ...header,
          name: 'filename',
          kind: 'text',
          keys: ['header.filename'],
          required: false,
        })
      : null;
  return (filling) => {
    const given = whenGiven(file, filling, readFile, `link or media id of a header ${kind}`);
    if (given === null) return null;
    const named = filename?.text(filling);
    return mediaParameter(kind, named === undefined ? given : { ...given, filename: named });
  };
}

function readLocation(value: unknown): HeaderParameter | null {
  const [latitude, longitude, name, address] = ['latitude', 'longitude', 'name', 'address'].map((field) =>
    parameterText(own(value, field)),
  );
  if (latitude === undefined || longitude === undefined) return null;
  if (!(Math.abs(Number(latitude)) <= 90) || !(Math.abs(Number(longitude)) <= 180)) return null;
  const words = { ...(name === undefined ? {} : { name }), ...(address === undefined ? {} : { address }) };
  return { type: 'location', location: { latitude, longitude, ...words } };
}

function compileLocation(scope: SlotScope): Fill {
  const slot = openSlot(scope, {
    ...header,
    name: 'location',
    kind: 'location',
    keys: ['header', 'header.location'],
  });
  const fields = ['latitude', 'longitude', 'name', 'address'].map((field) => ({
    field,
    slot: openSlot(scope, {
      ...header,
      name: field,
      kind: 'text',
      keys: [`header.${field}`],
      required: false,
    }),
  }));
  return (filling) => {
    const given = fields.flatMap(({ field, slot: one }) => {
      const text = one.text(filling);
      return text === undefined ? [] : [[field, text]];
    });
    const read = (value: unknown): HeaderParameter | null => readLocation(value);
    if (given.length === 0) return whenGiven(slot, filling, read, 'location with latitude and longitude');
    const location = readLocation(Object.fromEntries(given));
    if (location === null) slot.refuse(filling, 'invalid', 'this is no location with latitude and longitude');
    return location;
  };
}

function compileProduct(scope: SlotScope): Fill {
  const open = (name: string): Slot =>
    openSlot(scope, { ...header, name, kind: 'product', keys: [`header.${name}`] });
  const slots = [open('product_retailer_id'), open('catalog_id')];
  return (filling) => {
    const [product, catalog] = slots.map((slot) => {
      const text = slot.text(filling);
      if (text === undefined) slot.missing(filling);
      return text;
    });
    if (product === undefined || catalog === undefined) return null;
    return { type: 'product', product: { product_retailer_id: product, catalog_id: catalog } };
  };
}

function compileParameter(kind: Exclude<HeaderDescription['kind'], 'text'>, scope: SlotScope): Fill {
  if (kind === 'location') return compileLocation(scope);
  return kind === 'product' ? compileProduct(scope) : compileMedia(kind, scope);
}

export const HEADER_LIMIT = 60;

export function compileHeader(
  description: HeaderDescription,
  bodyHasVariables: boolean,
  scope: SlotScope,
): ((filling: Filling) => HeaderComponent | null) | null {
  if (description.kind === 'text') {
    if (description.variables.length === 0) return null;
    const slots = { component: 'header', limit: HEADER_LIMIT, alone: !bodyHasVariables } as const;
    const parameters = compileTextParameters(description, slots, scope);
    return (filling) => ({ type: 'header', parameters: parameters(filling) });
  }
  const parameter = compileParameter(description.kind, scope);
  return (filling) => {
    const given = parameter(filling);
    return given === null ? null : { type: 'header', parameters: [given] };
  };
}
