import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { CampaignShares } from '../../../src/campaigns/statistics/campaign-shares.service.js';
import { MARKETING, numbers, WHATSAPP } from '../../support/engine.js';
import { ProductStage } from '../../support/product-stage.js';
import { newOrganization } from '../../support/test-app.js';
import { messaging } from '../../support/signed-webhooks.js';
import { tellWebhook } from '../../support/told-webhooks.js';
import { until } from '../../support/until.js';

let stage: ProductStage;
let mug: any;
let cup: any;
let trip: any;
let short: any;

const BODY = { type: 'BODY', text: 'Look what is new.' };
const CARD = [
  { type: 'HEADER', format: 'PRODUCT' },
  { type: 'BUTTONS', buttons: [{ type: 'SPM', text: 'View' }] },
];

beforeAll(async () => {
  stage = await ProductStage.start();
  mug = await stage.shop.add({ sku: 'MUG', name: 'Mug', price: 850 });
  cup = await stage.shop.add({ sku: 'CUP', name: 'Cup', price: 500 });
  trip = await stage.shop.add({ sku: 'BALI', name: 'Bali', price: 65_000 });
  short = await stage.shop.addVariant(trip.id, {
    ...{ sku: 'BALI-5', name: 'Bali, 5 days', price: 65_000, options: { duration: '5 days' } },
  });
  const run = await stage.shop.sync();
  if (run.status !== 'completed') throw new Error(JSON.stringify(run));
  await stage.shop.add({ sku: 'NEW', name: 'New', price: 1 });
  const buttons = (type: string) => ({ type: 'BUTTONS', buttons: [{ type, text: 'View' }] });
  await stage.addTemplates({
    whole_shop: [BODY, buttons('CATALOG')],
    our_picks: [BODY, buttons('MPM')],
    one_product: [{ type: 'HEADER', format: 'PRODUCT' }, BODY, buttons('SPM')],
    cards: [BODY, { type: 'CAROUSEL', cards: [{ components: CARD }, { components: CARD }] }],
  });
});
afterAll(async () => {
  await stage.close();
});
beforeEach(() => {
  stage.engine.meta.simulator.state.catalogs.connectedId = stage.metaCatalogId;
});

async function draft(
  templateName: string,
  templateVariables: object,
  to: readonly string[],
): Promise<string> {
  const { status, body } = await stage.api.post(WHATSAPP, {
    ...{ name: 'Picks', templateName, templateVariables, rateLimit: 1_000, sendWindowStart: '00:00' },
    ...{ sendWindowEnd: '24:00', recipients: to.map((phoneNumber) => ({ phoneNumber })) },
  });
  expect({ status, body }).toMatchObject({ status: 201 });
  return body.id;
}

const start = (id: string) => stage.api.post(`${WHATSAPP}/${id}/send`);
const completed = (id: string) =>
  until(
    async () => (await stage.api.get(`${WHATSAPP}/${id}`)).body,
    ({ status }) => status === 'completed',
    { within: 30_000 },
  );

/** The components that one recipient got. */
async function sent(templateName: string, templateVariables: object): Promise<any[]> {
  const [to = ''] = numbers(1);
  const id = await draft(templateName, templateVariables, [to]);
  expect(await start(id)).toMatchObject({ status: 200 });
  await completed(id);
  const [message] = await stage.accepted(to);
  return message?.template.components;
}

describe('the products of a campaign are named by id or SKU, and go out as SKUs', () => {
  const action = (sub_type: string, content: object) => [
    { type: 'button', sub_type, index: '0', parameters: [{ type: 'action', action: content }] },
  ];
  const items = (...skus: string[]) => skus.map((sku) => ({ product_retailer_id: sku }));
  const shown = (sku: string) => ({
    type: 'header',
    parameters: [{ type: 'product', product: { product_retailer_id: sku, catalog_id: stage.metaCatalogId } }],
  });

  it('on a catalog button', async () => {
    expect(await sent('whole_shop', { 'button.0': mug.id })).toEqual(
      action('CATALOG', { thumbnail_product_retailer_id: 'MUG' }),
    );
  });

  it('in the sections of a list, whose first product is its picture', async () => {
    const sections = [
      { title: 'Trips', productIds: [short.id] },
      { title: 'Kitchen', productIds: ['MUG', cup.id] },
    ];
    expect(await sent('our_picks', { 'button.0': { sections } })).toEqual(
      action('mpm', {
        thumbnail_product_retailer_id: 'BALI-5',
        sections: [
          { title: 'Trips', product_items: items('BALI-5') },
          { title: 'Kitchen', product_items: items('MUG', 'CUP') },
        ],
      }),
    );
  });

  it("in Meta's own words", async () => {
    const sections = [{ title: 'Kitchen', product_items: items(cup.id) }];
    const picks = { thumbnail_product_retailer_id: 'MUG', sections };
    expect(await sent('our_picks', { 'button.0': picks })).toEqual(
      action('mpm', {
        thumbnail_product_retailer_id: 'MUG',
        sections: [{ title: 'Kitchen', product_items: items('CUP') }],
      }),
    );
  });

  it('in a header, with the connected catalog', async () => {
    expect(await sent('one_product', { 'header.productId': short.id })).toEqual([shown('BALI-5')]);
  });

  it('on two to ten cards', async () => {
    const cards = [mug.id, 'CUP', short.id];
    const values = cards.map((id, n) => [`card.${n}.header.productId`, id]);
    expect(await sent('cards', Object.fromEntries(values))).toEqual([
      {
        type: 'carousel',
        cards: ['MUG', 'CUP', 'BALI-5'].map((sku, index) => ({
          card_index: index,
          components: [shown(sku)],
        })),
      },
    ]);
  });

  it('in components of the Marketing API', async () => {
    const [to = ''] = numbers(1);
    const components = [
      { type: 'header', parameters: [{ type: 'product', product: { product_retailer_id: cup.id } }] },
    ];
    const { body } = await stage.api.post(MARKETING, {
      ...{ name: 'Cup', template_name: 'one_product', template_components: components },
    });
    await stage.api.post(`${MARKETING}/${body.id}/recipients`, { phone_numbers: [to] });
    const { body: preview } = await stage.api.post(`${WHATSAPP}/${body.id}/preview`, {});
    expect(preview.payload.template.components).toEqual([shown('CUP')]);
    expect((await start(body.id)).status).toBe(200);
    await completed(body.id);
    expect((await stage.accepted(to))[0].template.components).toEqual([shown('CUP')]);
  });
});

describe('a start', () => {
  const refused = async (templateName: string, variables: object) => {
    const id = await draft(templateName, variables, numbers(1));
    const { status, body } = await start(id);
    const messages = body.errors?.map(({ message }: { message: string }) => message) ?? [];
    expect((await stage.api.get(`${WHATSAPP}/${id}`)).body.status).toBe('draft');
    return { status, code: body.type.split(':').at(-1), messages };
  };

  it('names each product that cannot be sent, and starts nothing', async () => {
    const other = await newOrganization(stage.api);
    const catalog = await other.api.post('/api/whatsapp/catalogs', { name: 'Theirs' });
    const theirs = await other.api.post(`/api/whatsapp/catalogs/${catalog.body.id}/products`, {
      ...{ sku: 'THEIRS', name: 'Theirs', price: 1 },
    });
    const productIds = ['MUG', 'NOPE', 'NEW', trip.id, theirs.body.id];
    expect(await refused('our_picks', { 'button.0': { sections: [{ productIds }] } })).toEqual({
      ...{ status: 422, code: 'product_not_sendable' },
      messages: [
        expect.stringMatching(/^NOPE is not in the catalog/),
        expect.stringMatching(/^NEW has not been synchronised/),
        expect.stringMatching(new RegExp(`^${trip.id} has variants`)),
        expect.stringMatching(new RegExp(`^${theirs.body.id} is not in the catalog`)),
      ],
    });
  });

  it('is not the only look: a scheduled campaign that gets other products is looked at again', async () => {
    const variables = (...productIds: string[]) => ({ 'button.0': { sections: [{ productIds }] } });
    const id = await draft('our_picks', variables('MUG'), numbers(1));
    await stage.api.put(`${WHATSAPP}/${id}`, { scheduledFor: '2027-01-01T12:00:00Z' });
    expect((await start(id)).body.status).toBe('scheduled');
    const noted = async (): Promise<string[]> =>
      (
        await stage.engine.sql<{ id: string }>(
          'SELECT product_id AS id FROM campaign_products WHERE campaign_id = $1 ORDER BY 1',
          [id],
        )
      ).map((row) => row.id);
    expect(await noted()).toEqual([mug.id]);
    const put = (templateVariables: object) => stage.api.put(`${WHATSAPP}/${id}`, { templateVariables });
    const { status, body } = await put(variables('CUP', 'NOPE'));
    expect([status, body.type]).toEqual([422, 'urn:drumbeat:problem:product_not_sendable']);
    expect(await noted()).toEqual([mug.id]);
    expect((await put(variables('CUP', 'BALI-5'))).status).toBe(200);
    expect(await noted()).toEqual([cup.id, trip.id].sort());
    await stage.api.post(`${WHATSAPP}/${id}/cancel`);
  });

  it('is refused while another catalog is connected that lacks the products, or none is', async () => {
    const { catalogs } = stage.engine.meta.simulator.state;
    const demo = catalogs.all().find(({ name }) => name === 'Demo catalog');
    catalogs.connectedId = demo?.id;
    expect(await refused('whole_shop', { 'button.0': 'MUG' })).toMatchObject({
      ...{ status: 422, code: 'product_not_sendable', messages: [expect.stringMatching(/^MUG is not/)] },
    });
    // What the account sells from is not adopted here, and has the product.
    const id = await draft('whole_shop', { 'button.0': 'MUG-WHITE' }, numbers(1));
    expect((await start(id)).status).toBe(200);
    await completed(id);
    catalogs.connectedId = undefined;
    expect(await refused('whole_shop', { 'button.0': 'MUG' })).toMatchObject({
      ...{ status: 422, code: 'product_not_sendable', messages: [expect.stringContaining('no catalog')] },
    });
  });

  it('needs one to thirty products, and two to ten cards', async () => {
    const sections = [{ productIds: Array<string>(31).fill('MUG') }];
    expect(await refused('our_picks', { 'button.0': { sections } })).toMatchObject({
      ...{ status: 422, code: 'variables_missing' },
    });
    const cards = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, n) => [`card.${n}.header.productId`, 'MUG']));
    for (const count of [1, 11])
      expect(await refused('cards', cards(count))).toMatchObject({ status: 422, code: 'variables_missing' });
  });

  it('notes the products, and their shares are counted once, by however many workers', async () => {
    const shares = async (): Promise<number[]> => [
      (await stage.shop.product(mug.id)).shareCount,
      (await stage.shop.product(trip.id)).shareCount,
    ];
    await stage.engine.advance('PT1H');
    await until(async () => {
      const open = await stage.engine.sql(
        `SELECT 1 FROM campaign_products s JOIN marketing_campaigns c ON c.id = s.campaign_id
          WHERE c.messages_sent <> s.shares_counted`,
      );
      return open.length === 0;
    });
    const before = await shares();
    const to = numbers(3);
    const productIds = ['MUG', mug.id, short.id];
    const id = await draft('our_picks', { 'button.0': { sections: [{ productIds }] } }, to);
    await start(id);
    await completed(id);
    const noted = await stage.engine.sql<{ product_id: string }>(
      `SELECT product_id FROM campaign_products WHERE campaign_id = $1`,
      [id],
    );
    expect(noted.map(({ product_id }) => product_id).sort()).toEqual([mug.id, trip.id].sort());
    expect(await shares()).toEqual(before);
    const job = stage.engine.app.app.get(CampaignShares);
    await Promise.all(Array.from({ length: 20 }, () => job.run()));
    const after = before.map((count) => count + to.length);
    expect(await shares()).toEqual(after);
    // Another hour adds nothing.
    await stage.engine.advance('PT1H');
    await job.run();
    const stats = await stage.api.get(`${stage.shop.path}/stats`);
    expect(stats.body.byCampaign).toContainEqual(expect.objectContaining({ campaignId: id, shares: 6 }));
    expect(await shares()).toEqual(after);
  });
});

it('explains a recipient whose products Meta does not find', async () => {
  const [to = ''] = numbers(1);
  const id = await draft('whole_shop', { 'button.0': 'MUG' }, [to]);
  await stage.engine.scenario({
    errors: [
      { when: 'answer', numbers: [to], code: 131009, details: 'Products not found in FB Catalog: MUG' },
    ],
  });
  await start(id);
  await completed(id);
  await stage.engine.scenario({ errors: [] });
  const { body } = await stage.api.get(`${WHATSAPP}/${id}/recipients`);
  const { body: told } = await stage.api.get(`${WHATSAPP}/${id}/recipients/${body.data[0].id}`);
  expect(told.explanation).toContainEqual(
    expect.objectContaining({ code: 131009, meaning: expect.stringContaining('is not in the catalog') }),
  );
});

describe('views', () => {
  const SECRET = 'simulator-secret';
  const views = async (): Promise<number> => (await stage.shop.product(trip.id)).viewCount;
  const enquiry = (metaCatalogId: string, sku: string) => ({
    type: 'raw',
    message: {
      type: 'text',
      text: { body: 'Is it still there?' },
      context: {
        ...{ from: '15550783881', id: 'wamid.product_inquiry' },
        referred_product: { catalog_id: metaCatalogId, product_retailer_id: sku },
      },
    },
  });

  it('are counted for a question about a product, which the message names', async () => {
    const [from = ''] = numbers(1);
    const before = await views();
    await stage.hears(from, enquiry(stage.metaCatalogId, 'BALI-5'));
    const [message] = await stage.inboundOf(from);
    expect(message.content).toMatchObject({
      ...{ kind: 'text', body: 'Is it still there?', productId: trip.id, variantId: short.id },
      referredProduct: { catalogId: stage.metaCatalogId, retailerId: 'BALI-5' },
    });
    expect(await views()).toBe(before + 1);
  });

  it('are not counted for products that are not ours', async () => {
    const [from = ''] = numbers(1);
    await stage.hears(from, enquiry('1', 'BALI-5'));
    await stage.hears(from, enquiry(stage.metaCatalogId, 'NOPE'));
    for (const { content } of await stage.inboundOf(from)) expect(content).not.toHaveProperty('productId');
  });

  it('are counted once, however often Meta repeats itself', async () => {
    const [from = ''] = numbers(1);
    const before = await views();
    const at = String(Math.floor(stage.engine.now().getTime() / 1_000));
    const message = {
      ...enquiry(stage.metaCatalogId, 'BALI-5').message,
      ...{ id: `wamid.enquiry.${from}`, from: from.slice(1), timestamp: at },
    };
    const tell = (...messages: object[]) => tellWebhook(stage.engine.app, messaging({ messages }), SECRET);
    await tell(message, message);
    await tell(message, message, message);
    expect(await views()).toBe(before + 1);
  });

  it('are counted for taps on products of marketing messages, each once', async () => {
    const before = await views();
    const { metaProductId } = await stage.api
      .get(`${stage.shop.path}/products/${trip.id}/variants/${short.id}`)
      .then(({ body }) => body);
    const click = (clickId: string | undefined, product: string | undefined) => ({
      ...{ action_type: 'marketing_messages_link_click', timestamp: '1772000000' },
      marketing_messages_link_click_data: {
        ...{ click_component: 'cta', click_id: clickId, tracking_token: 't', product_id: product },
      },
    });
    const tell = (...user_actions: object[]) =>
      tellWebhook(stage.engine.app, messaging({ user_actions }), SECRET);
    expect(await tell(click('a', metaProductId), click('a', metaProductId))).toMatchObject({
      status: 'processed',
    });
    await tell(click('a', metaProductId), click('b', metaProductId), click('c', '999'));
    expect(await tell(click('d', undefined))).toMatchObject({ status: 'unhandled' });
    expect(await views()).toBe(before + 2);
  });
});
