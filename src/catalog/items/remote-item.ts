import { toPriceText } from '../../rules/money/amount-encodings.js';
import { parseDisplayPrice } from '../../rules/money/display-price.js';
import { asList, asObject, asObjects, asText, type JsonObject } from '../../whatsapp/json/json-fields.js';
import {
  canonicalCondition,
  fromMetaAvailability,
  type RemoteValues,
  toMetaAvailability,
} from './item-fields.js';
import type { ItemProblem } from './item-problem.js';
import { problemOfMeta } from './item-problem.js';
import { readable } from './item-text.js';
import { parseSaleDates, salePeriod } from './sale-period.js';

/** The fields to ask Meta for; without a list it answers with id and name only. */
export const NODE_FIELDS = [
  'id',
  'retailer_id',
  'retailer_product_group_id',
  'name',
  'description',
  'price',
  'sale_price',
  'sale_price_start_date',
  'sale_price_end_date',
  'currency',
  'availability',
  'condition',
  'brand',
  'category',
  'image_url',
  'url',
  'visibility',
  'image_fetch_status',
  'capability_to_review_status',
  'review_rejection_reasons',
  'errors',
] as const;

/** Only new items need them: they are asked for when a product is made of one. */
export const NEW_ITEM_FIELDS = [
  'additional_image_urls',
  'additional_variant_attributes',
  'color',
  'size',
  'gender',
  'pattern',
  'material',
  'age_group',
] as const;

export interface RemoteItem {
  id: string;
  retailerId: string;
  /** Null: not in a group, or in one of its own. */
  groupId: string | null;
  values: RemoteValues;
  /** What cannot be read with certainty, and what Meta itself has against the item. */
  problems: ItemProblem[];
  reviewStatus: string | null;
  reviewReasons: string[];
  imageStatus: string | null;
  isHidden: boolean;
  images: string[];
  options: Record<string, string>;
}

/** Null: not a product that we could address. */
export function readRemoteItem(raw: unknown, currency: string): RemoteItem | null {
  const node = asObject(raw);
  const [id, retailerId] = [asText(node?.['id']), asText(node?.['retailer_id'])];
  if (node === undefined || id === undefined || retailerId === undefined) return null;
  const group = asText(node['retailer_product_group_id']);
  const problems = asObjects(node['errors']).map(problemOfMeta);
  return {
    id,
    retailerId,
    groupId: group === undefined || group === retailerId ? null : group,
    values: readValues(node, currency, problems),
    problems,
    reviewStatus: readReview(node['capability_to_review_status']),
    reviewReasons: asList(node['review_rejection_reasons']).flatMap((reason) => asText(reason) ?? []),
    imageStatus: asText(node['image_fetch_status'])?.toUpperCase() ?? null,
    isHidden: ['hidden', 'staging'].includes(asText(node['visibility'])?.toLowerCase() ?? ''),
    images: [asText(node['image_url']), ...asList(node['additional_image_urls']).map(asText)].filter(isUrl),
    options: readOptions(node),
  };
}

function readValues(node: JsonObject, currency: string, problems: ItemProblem[]): RemoteValues {
  const values: RemoteValues = {};
  const texts = {
    name: 'name',
    description: 'description',
    brand: 'brand',
    category: 'category',
    url: 'url',
  } as const;
  for (const [field, name] of Object.entries(texts) as [keyof typeof texts, string][]) {
    const text = asText(node[name]);
    if (text !== undefined) values[field] = readable(text);
  }
  const availability = asText(node['availability']);
  if (availability !== undefined)
    values.availability = toMetaAvailability(fromMetaAvailability(availability));
  const condition = asText(node['condition']);
  if (condition !== undefined) values.condition = canonicalCondition(condition);
  readPrices(node, currency, values, problems);
  return values;
}

function readPrices(node: JsonObject, currency: string, values: RemoteValues, problems: ItemProblem[]): void {
  const shownCurrency = asText(node['currency']);
  if (shownCurrency !== undefined && shownCurrency.toUpperCase() !== currency) {
    const message = `Meta shows this item in ${shownCurrency}, the catalog is in ${currency}. Its prices are left alone; correct the currency at Meta.`;
    problems.push({ source: 'drumbeat', code: 'currency_differs', message });
    return;
  }
  const price = readPrice(node, 'price', currency, problems);
  if (price !== undefined) values.price = price;
  const sale = readPrice(node, 'sale_price', currency, problems);
  if (sale === undefined) return;
  const dates = parseSaleDates(asText(node['sale_price_start_date']), asText(node['sale_price_end_date']));
  if (dates === null) {
    const message = 'Meta shows a sale whose dates cannot be read, so the sale is left alone.';
    problems.push({ source: 'drumbeat', code: 'sale_unreadable', message });
    return;
  }
  const period = salePeriod(dates.startsAt, dates.endsAt);
  values.salePrice = `${sale}${period === '' ? '' : ` ${period}`}`;
}

function readPrice(
  node: JsonObject,
  name: 'price' | 'sale_price',
  currency: string,
  problems: ItemProblem[],
): string | undefined {
  const shown = asText(node[name]);
  if (shown === undefined) return undefined;
  const cents = parseDisplayPrice(shown, currency);
  if (cents !== null) return toPriceText(cents, currency);
  const message = `Meta shows the ${name.replace('_', ' ')} "${shown.slice(0, 60)}", which cannot be read with certainty, so it is left alone.`;
  problems.push({ source: 'drumbeat', code: 'price_unreadable', message });
  return undefined;
}

/** A list of pairs or a map, in either case of letters: `[{"key":"WHATSAPP","value":"APPROVED"}]`. */
function readReview(raw: unknown): string | null {
  const pairs = asObjects(raw).map((pair) => [asText(pair['key']), asText(pair['value'])] as const);
  const entries = pairs.length > 0 ? pairs : Object.entries(asObject(raw) ?? {});
  const found = entries.find(([key]) => key?.toUpperCase() === 'WHATSAPP');
  return asText(found?.[1])?.toUpperCase() ?? null;
}

function readOptions(node: JsonObject): Record<string, string> {
  const options: Record<string, string> = {};
  for (const axis of ['color', 'size', 'gender', 'pattern', 'material', 'age_group'] as const) {
    const value = asText(node[axis]);
    if (value !== undefined) options[axis] = readable(value);
  }
  const others = node['additional_variant_attributes'];
  const pairs = asObjects(others).map((pair) => [asText(pair['key']), pair['value']] as const);
  for (const [name, raw] of pairs.length > 0 ? pairs : Object.entries(asObject(others) ?? {})) {
    const value = asText(raw);
    if (name !== undefined && value !== undefined) options[readable(name)] = readable(value);
  }
  return options;
}

function isUrl(url: string | undefined): url is string {
  return url !== undefined && /^https?:\/\//i.test(url);
}
