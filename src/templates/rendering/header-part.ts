import {
  type HeaderComponent,
  type HeaderParameter,
  type MediaFile,
  type OwnFile,
} from '../../whatsapp/payloads/template-component.js';
import { own, type Filling } from './filling.js';
import { parameterText } from './parameter-text.js';
import { openSlot, type Slot, type SlotScope } from './slot.js';
import { type HeaderDescription, type MediaFormat } from './template-parameters.js';
import { compileTextParameters } from './text-part.js';

type Fill = (filling: Filling) => HeaderParameter | null;

const LINK = /^https?:\/\/\S+$/i;
const MEDIA_ID = /^\d{5,30}$/;

const ASSET_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

function readText(text: string): MediaFile | OwnFile | null {
  if (MEDIA_ID.test(text)) return { id: text };
  if (ASSET_ID.test(text)) return { asset: text.toLowerCase() };
  return LINK.test(text) ? { link: text } : null;
}

/** `https://...` is a link, digits are the id of an upload, a UUID is an asset of ours; an object may say which. */
function readFile(value: unknown): MediaFile | OwnFile | null {
  if (typeof value === 'string') return readText(value);
  const [id, link, asset, filename] = ['id', 'link', 'asset', 'filename'].map((field) =>
    parameterText(own(value, field)),
  );
  const file =
    id !== undefined
      ? { id }
      : asset !== undefined && ASSET_ID.test(asset)
        ? { asset: asset.toLowerCase() }
        : link !== undefined && LINK.test(link)
          ? { link }
          : null;
  return file === null || filename === undefined ? file : { ...file, filename };
}

function mediaParameter(kind: MediaFormat, file: MediaFile | OwnFile): HeaderParameter {
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
  if (result === null) slot.refuse(filling, 'invalid', `not a ${expected}`);
  return result;
}

const header = { component: 'header', index: null } as const;

function compileMedia(kind: MediaFormat, scope: SlotScope): Fill {
  const keys = ['header', `header.${kind}`, 'header.link', 'header.id', 'header.asset'];
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
    const given = whenGiven(file, filling, readFile, `link, media id or asset of a header ${kind}`);
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
    if (location === null) slot.refuse(filling, 'invalid', 'not a location with latitude and longitude');
    return location;
  };
}

function compileProduct(scope: SlotScope): Fill {
  const open = (name: string, keys: string[], required: boolean): Slot =>
    openSlot(scope, { ...header, name, kind: 'product', keys, required });
  const productKeys = ['header.product_retailer_id', 'header.productId'];
  const productSlot = open('product_retailer_id', productKeys, true);
  const catalogSlot = open('catalog_id', ['header.catalog_id'], false);
  return (filling) => {
    const product = productSlot.text(filling);
    if (product === undefined) productSlot.missing(filling);
    const catalog = catalogSlot.text(filling) ?? scope.catalogId ?? undefined;
    if (catalog === undefined) catalogSlot.missing(filling);
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
