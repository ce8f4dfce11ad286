import type { ProductSection } from '../../whatsapp/payloads/template-component.js';
import { own } from './filling.js';
import { isLongerThan, parameterText } from './parameter-text.js';

const MAX_SECTIONS = 10;
const MAX_PRODUCTS = 30;
const MAX_TITLE = 24;
const NEEDED = `it needs 1 to ${MAX_SECTIONS} sections with productIds, in all at most ${MAX_PRODUCTS} products`;

export interface ProductChoice {
  thumbnail_product_retailer_id: string;
  sections: ProductSection[];
}

/**
 * What a list of products shows: `{sections: [{title, productIds}], thumbnailProductId?}`, or the same in Meta's words
 * (`product_items`, `thumbnail_product_retailer_id`). Without a thumbnail it is the first product. A text says what is
 * wrong with it.
 */
export function readProductChoice(value: unknown): ProductChoice | string {
  const given = own(value, 'sections');
  if (!Array.isArray(given) || given.length === 0 || given.length > MAX_SECTIONS) return NEEDED;
  const sections: ProductSection[] = [];
  for (const section of given) {
    const items = productsOf(section);
    if (items === undefined) return NEEDED;
    const title = parameterText(own(section, 'title'));
    if (title === undefined && given.length > 1) return 'of several sections each needs a title';
    if (title !== undefined && isLongerThan(title, MAX_TITLE))
      return `the title of a section may have at most ${MAX_TITLE} characters`;
    sections.push({
      ...(title === undefined ? {} : { title }),
      product_items: items.map((id) => ({ product_retailer_id: id })),
    });
  }
  const products = sections.flatMap((section) => section.product_items);
  if (products.length > MAX_PRODUCTS) return NEEDED;
  const thumbnail =
    parameterText(own(value, 'thumbnail_product_retailer_id')) ??
    parameterText(own(value, 'thumbnailProductId')) ??
    products[0]?.product_retailer_id;
  return thumbnail === undefined ? NEEDED : { thumbnail_product_retailer_id: thumbnail, sections };
}

function productsOf(section: unknown): string[] | undefined {
  const ids = own(section, 'productIds');
  const items = own(section, 'product_items');
  const list: unknown[] | undefined = Array.isArray(ids)
    ? ids
    : Array.isArray(items)
      ? items.map((item) => own(item, 'product_retailer_id'))
      : undefined;
  const texts = list?.map((id) => parameterText(id));
  if (texts === undefined || texts.length === 0 || texts.includes(undefined)) return undefined;
  return texts as string[];
}
