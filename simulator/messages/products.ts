import { GraphError } from '../graph/graph-error.js';
import { asText, isObject, isText, listOf, type JsonObject } from '../json.js';

/** Looks up a product of the connected catalog; a product message may name only those. */
export type HasProduct = (catalogId: string | undefined, retailerId: string) => boolean;

const wrong = (details: string) => new GraphError(131009, details);

/** 1 to 10 sections with 1 to 30 products in all. Meta leaves out what it does not know, unless that is everything. */
export function checkSections(
  catalogId: string | undefined,
  action: JsonObject,
  hasProduct: HasProduct,
): void {
  const sections = listOf(action.sections).filter(isObject);
  if (sections.length < 1 || sections.length > 10) throw wrong('between 1 and 10 sections are allowed');
  for (const section of sections) {
    if (sections.length > 1 && !isText(section.title))
      throw new GraphError(131008, 'each section needs a title');
    if ((asText(section.title) ?? '').length > 24) throw wrong('section title must be at most 24 characters');
  }
  const items = sections.flatMap((section) => listOf(section.product_items)).filter(isObject);
  const retailerIds = items.map((item) => asText(item.product_retailer_id) ?? '');
  if (items.length < 1 || items.length > 30) throw wrong('between 1 and 30 products are allowed in total');
  if (!retailerIds.some((retailerId) => hasProduct(catalogId, retailerId))) throw notInCatalog(retailerIds);
}

export function checkCardIndexes(cards: JsonObject[]): void {
  if (cards.length < 2 || cards.length > 10) throw wrong('between 2 and 10 cards are allowed');
  const indexes = new Set(cards.map((card) => card.card_index));
  const isIndex = (index: unknown) => Number.isInteger(index) && Number(index) >= 0 && Number(index) <= 9;
  if (indexes.size < cards.length || ![...indexes].every(isIndex))
    throw wrong('card_index must be unique and between 0 and 9');
}

export function notInCatalog(retailerIds: string[]): GraphError {
  return wrong(`Products not found in FB Catalog: ${retailerIds.slice(0, 5).join(', ')}`);
}
