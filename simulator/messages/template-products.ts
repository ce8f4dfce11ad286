import { GraphError } from '../graph/graph-error.js';
import { asText, isObject, isText, listOf, type JsonObject } from '../json.js';
import type { Template } from '../templates/template.js';
import { checkCardIndexes, checkSections, type HasProduct, notInCatalog } from './products.js';

/** Rules for the products in a template message: they must be in the catalog that the account sells from. */
export function checkTemplateProducts(
  template: Template,
  components: JsonObject[],
  hasProduct: HasProduct,
): void {
  const declared = (type: string) => template.components.find((one) => word(one.type) === type);
  checkHeaderProduct(declared('HEADER'), components, hasProduct);
  const buttons = listOf(declared('BUTTONS')?.buttons).filter(isObject);
  for (const [index, button] of buttons.entries()) {
    const action = actionOf(components, index);
    if (word(button.type) === 'CATALOG') checkThumbnail(action, hasProduct);
    if (word(button.type) === 'MPM') checkProductList(index, action, hasProduct);
  }
  const carousel = declared('CAROUSEL');
  if (carousel !== undefined && isOfProducts(carousel)) checkCards(components, hasProduct);
}

function checkHeaderProduct(
  declared: JsonObject | undefined,
  components: JsonObject[],
  hasProduct: HasProduct,
): void {
  if (word(declared?.format) !== 'PRODUCT') return;
  const sent = components.find((one) => word(one.type) === 'HEADER');
  const [parameter] = listOf(sent?.parameters).filter(isObject);
  const product = parameter?.product;
  const retailerId = isObject(product) ? asText(product.product_retailer_id) : undefined;
  const catalogId = isObject(product) ? asText(product.catalog_id) : undefined;
  if (!isText(retailerId) || !isText(catalogId)) {
    throw new GraphError(131008, 'header: product needs product_retailer_id and catalog_id');
  }
  if (!hasProduct(catalogId, retailerId)) throw notInCatalog([retailerId]);
}

function checkThumbnail(action: JsonObject | undefined, hasProduct: HasProduct): void {
  const thumbnail = asText(action?.thumbnail_product_retailer_id);
  if (thumbnail !== undefined && !hasProduct(undefined, thumbnail)) throw notInCatalog([thumbnail]);
}

function checkProductList(index: number, action: JsonObject | undefined, hasProduct: HasProduct): void {
  if (action === undefined) {
    throw new GraphError(131008, `buttons: Button at index ${index} of type Mpm requires a parameter`);
  }
  if (!isText(action.thumbnail_product_retailer_id))
    throw new GraphError(131008, "Parameter 'thumbnail_product_retailer_id' is missing");
  checkSections(undefined, action, hasProduct);
}

function checkCards(components: JsonObject[], hasProduct: HasProduct): void {
  const sent = components.find((one) => word(one.type) === 'CAROUSEL');
  const cards = listOf(sent?.cards).filter(isObject);
  checkCardIndexes(cards);
  const header: JsonObject = { format: 'PRODUCT' };
  for (const card of cards) checkHeaderProduct(header, listOf(card.components).filter(isObject), hasProduct);
}

function isOfProducts(carousel: JsonObject): boolean {
  return listOf(carousel.cards)
    .filter(isObject)
    .some((card) => listOf(card.components).some((one) => isObject(one) && word(one.format) === 'PRODUCT'));
}

function actionOf(components: JsonObject[], index: number): JsonObject | undefined {
  const button = components.find(
    (one) =>
      word(one.type) === 'BUTTON' &&
      ['CATALOG', 'MPM'].includes(word(one.sub_type)) &&
      Number(asText(one.index)) === index,
  );
  const [parameter] = listOf(button?.parameters).filter(isObject);
  return isObject(parameter?.action) ? parameter.action : undefined;
}

function word(value: unknown): string {
  return asText(value)?.toUpperCase() ?? '';
}
