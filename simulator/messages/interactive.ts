import { GraphError } from '../graph/graph-error.js';
import { asText, isObject, isText, listOf, type JsonObject } from '../json.js';
import { checkCardIndexes, checkSections, type HasProduct, notInCatalog } from './products.js';

const wrong = (details: string) => new GraphError(131009, details);

/** Meta's rules for interactive messages: which parts each kind needs and how long they may be. */
export function checkInteractive(interactive: JsonObject, hasProduct: HasProduct): void {
  const kind = asText(interactive.type);
  const action = interactive.action;
  if (kind === undefined) throw new GraphError(131008, "Parameter 'interactive.type' is missing");
  if (!isObject(action)) throw new GraphError(131008, "Parameter 'interactive.action' is missing");
  checkTexts(kind, interactive);
  if (kind === 'button') checkButtons(action);
  else if (kind === 'list') checkRows(action);
  else if (kind === 'product') checkProduct(action, hasProduct);
  else if (kind === 'product_list') checkProductList(interactive, action, hasProduct);
  else if (kind === 'catalog_message') checkCatalog(action, hasProduct);
  else if (kind === 'carousel') checkCards(action, hasProduct);
}

function checkTexts(kind: string, { header, body, footer }: JsonObject): void {
  if (header !== undefined && ['product', 'catalog_message', 'carousel'].includes(kind)) {
    throw wrong(`header is not allowed for ${kind} messages`);
  }
  if (footer !== undefined && kind === 'carousel') throw wrong('footer is not allowed for carousel messages');
  const text = isObject(body) ? asText(body.text) : undefined;
  if (kind !== 'product' && !isText(text))
    throw new GraphError(131008, "Parameter 'interactive.body.text' is missing");
  atMost('body', text, kind === 'list' ? 4096 : 1024);
  atMost('footer', isObject(footer) ? asText(footer.text) : undefined, 60);
}

function checkButtons(action: JsonObject): void {
  const buttons = listOf(action.buttons).filter(isObject);
  if (buttons.length < 1 || buttons.length > 3) throw wrong('between 1 and 3 buttons are allowed');
  for (const { reply } of buttons) {
    const title = isObject(reply) ? asText(reply.title) : undefined;
    const id = isObject(reply) ? asText(reply.id) : undefined;
    if (!isText(title) || !isText(id))
      throw new GraphError(131008, 'each button needs reply.id and reply.title');
    atMost('button title', title, 20);
    atMost('button id', id, 256);
  }
}

function checkRows(action: JsonObject): void {
  const sections = listOf(action.sections).filter(isObject);
  const rows = sections.flatMap((section) => listOf(section.rows)).filter(isObject);
  if (sections.length < 1 || sections.length > 10) throw wrong('between 1 and 10 sections are allowed');
  if (rows.length < 1 || rows.length > 10) throw wrong('between 1 and 10 rows are allowed in total');
  atMost('list button', asText(action.button), 20);
  for (const row of rows) {
    atMost('row title', asText(row.title), 24);
    atMost('row description', asText(row.description), 72);
    atMost('row id', asText(row.id), 200);
  }
}

function checkProduct(action: JsonObject, hasProduct: HasProduct): void {
  const retailerId = asText(action.product_retailer_id);
  if (!isText(retailerId)) throw new GraphError(131008, "Parameter 'action.product_retailer_id' is missing");
  if (!hasProduct(asText(action.catalog_id), retailerId)) throw notInCatalog([retailerId]);
}

function checkProductList({ header }: JsonObject, action: JsonObject, hasProduct: HasProduct): void {
  if (!isObject(header) || header.type !== 'text')
    throw new GraphError(131008, 'product_list needs a text header');
  checkSections(asText(action.catalog_id), action, hasProduct);
}

/** Meta's page calls the thumbnail optional; without one it refuses the message. */
function checkCatalog({ name, parameters }: JsonObject, hasProduct: HasProduct): void {
  if (name !== 'catalog_message') throw wrong("action.name must be 'catalog_message'");
  const thumbnail = isObject(parameters) ? asText(parameters.thumbnail_product_retailer_id) : undefined;
  if (!isText(thumbnail)) throw wrong("Parameter 'thumbnail_product_retailer_id' is missing");
  if (!hasProduct(undefined, thumbnail)) throw notInCatalog([thumbnail]);
}

/** Cards of products, all of one catalog. */
function checkCards(action: JsonObject, hasProduct: HasProduct): void {
  const cards = listOf(action.cards).filter(isObject);
  checkCardIndexes(cards);
  const products = cards.map((card) => {
    const named = isObject(card.action) ? card.action : {};
    const retailerId = asText(named.product_retailer_id);
    const catalogId = asText(named.catalog_id);
    if (card.type !== 'product' || !isText(retailerId) || !isText(catalogId))
      throw new GraphError(131008, 'each card needs type product, product_retailer_id and catalog_id');
    return { retailerId, catalogId };
  });
  if (new Set(products.map(({ catalogId }) => catalogId)).size > 1)
    throw wrong('all cards must be of one catalog');
  const unknown = products.filter(({ catalogId, retailerId }) => !hasProduct(catalogId, retailerId));
  if (unknown.length > 0) throw notInCatalog(unknown.map(({ retailerId }) => retailerId));
}

function atMost(what: string, text: string | undefined, length: number): void {
  if (text !== undefined && text.length > length) throw wrong(`${what} must be at most ${length} characters`);
}
