import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { buildConsole } from '../../scripts/launcher/build-console.ts';
import { FirstOwner } from '../../src/access/people/first-owner.service.js';
import { type Engine, startEngine } from '../support/engine.js';
import { until } from '../support/until.js';
import { startBrowser, watchedPage } from './browser.js';
import { inspect } from './look.js';

const PASSWORD = 'plenty of tea leaves';
const CATALOG_AT_META = '700100200300401';

let engine: Engine;
let browser: Browser | null;
let catalogId: string;
let sku: string;
let page: Page;
let faults: string[];

beforeAll(async () => {
  await buildConsole();
  browser = await startBrowser();
  if (browser === null) {
    if (process.env['CI'] !== undefined) throw new Error('CI needs a Chromium: set CHROME_PATH');
    console.warn('No Chromium for this machine: the journeys of the console are skipped.');
  }
  engine = await startEngine('2026-03-02T10:00:00Z');
  const { api } = engine.app;
  const adopted = { name: 'Demo shop', metaCatalogId: CATALOG_AT_META, currency: 'USD' };
  catalogId = (await api.post('/api/whatsapp/catalogs', adopted)).body.id;
  const path = `/api/whatsapp/catalogs/${catalogId}`;
  await api.post(`${path}/sync`);
  const products = await until(
    async () => (await api.get(`${path}/products?hasVariants=false`)).body,
    ({ data }: any) => data.length > 0,
  );
  const [{ id, sku: first }] = products.data;
  sku = first;
  // Meta's pictures of the demo lie on a site that is not there.
  await api.put(`${path}/products/${id}`, {
    imageUrl: null,
    imageUrls: [],
    price: '25.50',
    name: 'White mug',
  });
  await api.post(`${path}/products/${id}/stock`, { set: 10, reason: 'Counted' });
  if (browser === null) return;
  ({ page, faults } = await watchedPage(browser, engine.app.url));
  await signIn(page);
}, 240_000);

beforeEach(() => {
  if (browser !== null) faults.length = 0;
});

afterAll(async () => {
  await browser?.close();
  await engine.close();
});

/** A person sends a basket from WhatsApp. Resolves to the number of the order. */
async function basket(name: string, from: string, items: object[]): Promise<string> {
  const body = JSON.stringify({ from, name, type: 'order', items, text: 'Gift wrap, <b>please</b>' });
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(`${engine.meta.url}/simulator/inbound`, { method: 'POST', headers, body });
  if (!response.ok) throw new Error(await response.text());
  const phone = encodeURIComponent(from);
  const order = await until(
    async () => (await engine.app.api.get(`/api/whatsapp/orders?phoneNumber=${phone}`)).body.data[0],
    (found: any) => found !== undefined,
  );
  return order.orderNumber;
}

const orderOf = async (number: string): Promise<any> =>
  (await engine.app.api.get(`/api/whatsapp/orders/${number}`)).body;

async function signIn(page: Page): Promise<void> {
  const { url } = engine.app;
  const link = new URL((await engine.app.app.get(FirstOwner).link()) ?? '');
  await page.goto(`${url}${link.pathname}${link.hash}`);
  await page.getByLabel('Your name').fill('Asha');
  await page.getByLabel('E-mail').fill('asha@bali-tours.example');
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Start' }).click();
  await page.getByRole('heading', { name: 'Good morning, Asha' }).waitFor();
}

const column = (page: Page, name: string) => page.getByRole('region', { name: new RegExp(`^${name}, `) });

describe('the order desk', () => {
  it('takes an order from its arrival to its refund', async () => {
    if (browser === null) return;
    const { url } = engine.app;
    await page.goto(`${url}/console/`);
    await page.getByRole('link', { name: 'Orders', exact: true }).click();
    await page.getByRole('heading', { name: 'Orders', exact: true }).waitFor();

    // It appears by itself.
    const number = await basket('Meera Shah', '+919876500001', [
      { product_retailer_id: sku, quantity: 3, item_price: 25.5 },
    ]);
    const card = page.getByRole('article', { name: number });
    await column(page, 'New').getByRole('article', { name: number }).waitFor();
    await inspect(page, 'orders-board');

    // By keyboard alone.
    await card.getByRole('button', { name: `Confirm ${number}` }).focus();
    await page.keyboard.press('Enter');
    await page.getByText(`${number} is confirmed. Meera Shah gets a message about it.`).waitFor();
    await column(page, 'Confirmed').getByRole('article', { name: number }).waitFor();
    await card.getByRole('button', { name: `Actions for ${number}` }).click();
    await page.getByRole('menuitem', { name: 'Move to Processing' }).click();
    await column(page, 'Processing').getByRole('article', { name: number }).waitFor();

    await page.getByRole('link', { name: 'List', exact: true }).click();
    await page.getByRole('list', { name: 'The list of orders' }).getByText('Meera Shah').waitFor();
    await page.getByLabel('Search number or name').fill(number.slice(-4));
    await page.getByRole('link', { name: number }).click();
    await page.getByRole('heading', { name: number }).waitFor();

    await page.getByRole('button', { name: 'Send items' }).click();
    const form = page.getByRole('dialog', { name: 'What goes out now?' });
    await form.getByLabel('White mug').fill('4');
    await form.getByText('Only 3 of 3 are left to send.').waitFor();
    await form.getByLabel('White mug').fill('1');
    await form.getByLabel('Carrier').fill('Post');
    await form.getByLabel('Tracking number').fill('AWB 123');
    await form.getByRole('button', { name: 'Send 1 piece' }).click();
    await page.getByText('1 of 3 sent').waitFor();
    expect(await orderOf(number)).toMatchObject({
      fulfillmentStatus: 'partially_fulfilled',
      carrier: 'Post',
    });

    await page.getByRole('button', { name: 'Record a payment' }).click();
    const payment = page.getByRole('dialog', { name: 'Which money came?' });
    await payment.getByLabel('Amount in USD').fill('all of it');
    await payment.getByText('Enter an amount, such as 1500 or 1500.50.').waitFor();
    await payment.getByLabel('Amount in USD').fill('76.50');
    await payment.getByLabel('How it came').selectOption('Bank transfer');
    await payment.getByLabel('Reference').fill('UTR 1');
    await payment.getByRole('button', { name: 'Record $76.50' }).click();
    await page.getByText('$76.50 is recorded.').waitFor();
    expect(await orderOf(number)).toMatchObject({ paymentStatus: 'paid', balance: '0.00' });

    await page.getByRole('button', { name: 'Refund', exact: true }).click();
    const refund = page.getByRole('dialog', { name: 'Give money back to Meera Shah?' });
    await refund.getByLabel('Amount in USD').fill('80');
    await refund.getByText('At most $76.50 can go back.', { exact: true }).waitFor();
    await refund.getByLabel('For items').check();
    await refund.getByLabel('White mug').fill('1');
    await refund.getByLabel('Reason').fill('Broken');
    await inspect(page, 'order-refund');
    await refund.getByRole('button', { name: 'Refund 1 piece' }).click();
    await page.getByText('The refund is recorded.').waitFor();
    expect(await orderOf(number)).toMatchObject({
      ...{ paymentStatus: 'partially_refunded', refundedAmount: '25.50' },
      refunds: [{ state: 'succeeded', amount: '25.50', reason: 'Broken' }],
    });

    await page.getByRole('button', { name: 'Change' }).click();
    const address = page.getByRole('dialog', { name: 'Customer and address' });
    await address.getByLabel('City').fill('Pune');
    await address.getByLabel('Street and number').fill('5 Tank Road');
    await address.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Pune').waitFor();
    await page.getByLabel('Notes that only your shop sees').fill('Rings twice');
    await page.getByRole('button', { name: 'Save notes' }).click();
    await page.getByText('The notes are saved.').waitFor();
    await page.getByText('Refund: Given back: Broken').waitFor();
    await inspect(page, 'order-paid');
    expect((await orderOf(number)).internalNotes).toBe('Rings twice');

    expect(faults).toEqual([]);
  }, 300_000);

  it('settles what nobody knows, and sends back what may not move', async () => {
    if (browser === null) return;
    const { url } = engine.app;
    const number = await basket('Ravi Kumar', '+919876500003', [
      { product_retailer_id: sku, quantity: 1, item_price: 25.5 },
    ]);
    await engine.app.api.put(`/api/whatsapp/orders/${number}/status`, { status: 'confirmed' });
    const card = page.getByRole('article', { name: number });
    const odd = await basket('<img src=x onerror=alert(1)>', '+919876500002', [
      { product_retailer_id: 'NOT-OURS', quantity: 1, item_price: 5 },
      { product_retailer_id: sku, quantity: 1, item_price: 12.5 },
    ]);
    await page.goto(`${url}/console/orders`);
    await page.getByRole('article', { name: odd }).getByRole('link', { name: 'Look at it' }).click();
    await page.getByRole('heading', { name: 'Look at this first' }).waitFor();
    await inspect(page, 'order-flagged');
    await page
      .getByRole('button', { name: /^Settle / })
      .first()
      .click();
    const settling = page.getByRole('dialog', { name: 'What is right?' });
    await settling.getByLabel('Take it off the order').check();
    await settling.getByRole('button', { name: 'Take it off the order' }).click();
    await settling.waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Use our prices' }).click();
    await page.getByRole('heading', { name: 'Look at this first' }).waitFor({ state: 'detached' });
    expect((await orderOf(odd)).needsReview).toBe(false);
    await page.getByRole('button', { name: 'Cancel order' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Cancel order' }).click();
    await page.getByText(`${odd} is cancelled.`).waitFor();

    await page.goto(`${url}/console/carts?status=all`);
    await page.getByRole('link', { name: 'Open order' }).first().waitFor();
    await page.evaluate("localStorage.setItem('drumbeat-language', 'pseudo')");
    await page.goto(`${url}/console/orders/${number}`);
    await page.locator('html[dir=rtl]').waitFor();
    await inspect(page, 'order-rtl');
    await page.evaluate('localStorage.clear()');
    expect(faults).toEqual([]);

    // The browser itself reports what the API refuses, so nothing is held against the page from here on.
    await page.goto(`${url}/console/orders`);
    await card.dragTo(column(page, 'New'));
    await page.getByText(`${number} stays where it is.`, { exact: false }).first().waitFor();
    await column(page, 'Confirmed').getByRole('article', { name: number }).waitFor();
    expect((await orderOf(number)).status).toBe('confirmed');
  }, 300_000);

  it('makes a product, counts it and gives it a variant', async () => {
    if (browser === null) return;
    const { url, api } = engine.app;
    const list = `/api/whatsapp/catalogs/${catalogId}/products`;
    // Meta's pictures of the demo lie on a site that is not there.
    for (const { id } of (await api.get(`${list}?limit=100`)).body.data)
      await api.put(`${list}/${id}`, { imageUrl: null, imageUrls: [] });
    await page.goto(`${url}/console/products?catalog=${catalogId}`);
    await page.getByRole('link', { name: 'White mug' }).waitFor();
    await inspect(page, 'products');
    await page.getByRole('link', { name: 'New product' }).click();
    await page.getByRole('heading', { name: 'New product' }).waitFor();
    await page.getByLabel('Name').fill('Blue bowl');
    await page.getByLabel('SKU').fill('BOWL-BLUE');
    await page.getByLabel('Price in USD', { exact: true }).fill('1,250.50');
    await page.getByLabel('Sale price in USD').fill('2000');
    await page.getByText('A sale price is below the price.').waitFor();
    await page.getByLabel('Sale price in USD').fill('999.90');
    await page.getByRole('button', { name: 'Make product' }).click();
    await page.getByRole('heading', { name: 'Blue bowl', level: 1 }).waitFor();
    await page.getByRole('button', { name: 'Change stock' }).click();
    const stock = page.getByRole('dialog', { name: 'Stock of Blue bowl' });
    await stock.getByLabel('Free to sell').fill('12');
    await stock.getByLabel('Why').fill('Counted');
    await stock.getByRole('button', { name: 'Change stock' }).click();
    await page.getByText('The stock is changed.').waitFor();
    await page.getByRole('button', { name: 'Add a variant' }).click();
    const variant = page.getByRole('dialog', { name: 'Add a variant' });
    await variant.getByLabel('Name').fill('Large');
    await variant.getByLabel('SKU').fill('BOWL-BLUE-L');
    await variant.getByLabel('What makes it different').fill('Size: L');
    await variant.getByRole('button', { name: 'Save variant' }).click();
    await page.getByRole('button', { name: 'Change Large' }).waitFor();
    await inspect(page, 'product');
    const { data } = (await api.get(`${list}?q=BOWL-BLUE`)).body;
    expect(data).toMatchObject([{ price: '1250.50', salePrice: '999.90', hasVariants: true }]);
    expect(faults).toEqual([]);
  }, 300_000);
});
