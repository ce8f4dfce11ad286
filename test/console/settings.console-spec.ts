import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { buildConsole } from '../../scripts/launcher/build-console.ts';
import { type Engine, numbers, startEngine, WHATSAPP } from '../support/engine.js';
import { startBrowser, watchedPage, type Watched } from './browser.js';
import { inspect } from './look.js';
import { until } from '../support/until.js';

const PASSWORD = 'plenty of tea leaves';

let engine: Engine;
const browsers: Browser[] = [];
let sink: http.Server;
const arrived: { type: string }[] = [];

beforeAll(async () => {
  await buildConsole();
  engine = await startEngine('2025-01-15T10:00:00Z', { env: { WEBHOOK_ALLOW_PRIVATE: 'true' } });
  const asha = { email: 'asha@bali-tours.example', name: 'Asha', password: PASSWORD, role: 'owner' };
  expect((await engine.app.api.post('/api/users', asha)).status).toBe(201);
  sink = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      arrived.push(JSON.parse(Buffer.concat(chunks).toString()) as { type: string });
      response.writeHead(200).end('thank you');
    });
  });
  await new Promise<void>((ready) => sink.listen(0, '127.0.0.1', ready));
}, 180_000);

afterAll(async () => {
  sink.closeAllConnections();
  sink.close();
  await engine.close();
});

afterEach(async () => {
  await Promise.all(browsers.splice(0).map((browser) => browser.close()));
});

/** A browser for each person: the pages of one may share their cookies. Undefined on a machine without any. */
async function sitDown(): Promise<Watched | undefined> {
  const browser = await startBrowser();
  if (browser === null) {
    if (process.env['CI'] !== undefined) throw new Error('CI needs a Chromium: set CHROME_PATH');
    return undefined;
  }
  browsers.push(browser);
  return watchedPage(browser, engine.app.url);
}

const part = (page: Page, name: string) =>
  page.getByRole('navigation', { name: 'Parts of the settings' }).getByRole('link', { name });

async function signIn(page: Page, path: string): Promise<void> {
  await page.goto(engine.app.url + path);
  await page.getByLabel('E-mail').fill('asha@bali-tours.example');
  await page.getByLabel('Password').fill(PASSWORD);
  await page.keyboard.press('Enter');
}

async function webhooks(page: Page): Promise<void> {
  await part(page, 'Webhooks').click();
  await page.getByText('No address yet.', { exact: false }).waitFor();
  await page.getByRole('button', { name: 'Add an address' }).click();
  await page.getByRole('button', { name: 'Add this address' }).click();
  await page.getByText('Choose at least one.').waitFor();
  await page.getByRole('textbox', { name: 'Address', exact: true }).fill('ftp://crm.example.com');
  await page.getByRole('textbox', { name: 'What it is for' }).fill('CRM');
  await page.getByRole('checkbox', { name: 'Orders, payments and carts' }).check();
  await inspect(page, 'settings-webhooks-form');
  await page
    .getByRole('textbox', { name: 'Address', exact: true })
    .fill(`http://127.0.0.1:${(sink.address() as AddressInfo).port}/hook`);
  await page.getByRole('button', { name: 'Add this address' }).click();

  await page.getByRole('heading', { name: 'The secret of this address' }).waitFor();
  await page.getByText('whsec_', { exact: false }).waitFor();
  await page.getByRole('button', { name: 'I have kept it' }).click();
  expect(await page.getByText('whsec_', { exact: false }).count()).toBe(0);

  await page.getByRole('link', { name: 'CRM' }).click();
  await page.getByText('Nothing has been sent yet.', { exact: false }).waitFor();
  await page.getByRole('button', { name: 'Send a test' }).click();
  await page.getByText('answered 200', { exact: false }).waitFor();
  expect(arrived.map(({ type }) => type)).toEqual(['webhook.test']);
  await page.getByText('Details').first().click();
  await page.getByText('thank you').waitFor();
  await inspect(page, 'settings-webhook');
  await page.getByRole('link', { name: 'Given up' }).click();
  await page.getByText('Nothing is in this state.').waitFor();
}

async function keys(page: Page): Promise<void> {
  await part(page, 'Keys').click();
  await page.getByRole('button', { name: 'Make a key' }).click();
  await page.getByRole('button', { name: 'Make this key' }).click();
  await page.getByText('Choose at least one thing.').waitFor();
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill('web shop');
  await page.getByRole('combobox', { name: 'Orders and payments' }).selectOption({ label: 'See and change' });
  await page.getByRole('combobox', { name: 'Products' }).selectOption({ label: 'See' });
  await inspect(page, 'settings-keys-form');
  await page.getByRole('button', { name: 'Make this key' }).click();

  await page.getByRole('heading', { name: 'The key for web shop' }).waitFor();
  const key = await page.getByText(/^dbk_/).first().innerText();
  await inspect(page, 'settings-keys-once');
  await page.getByRole('button', { name: 'I have kept it' }).click();
  expect(await page.getByText(key, { exact: true }).count()).toBe(0);
  const answer = await fetch(`${engine.app.url}/api/whatsapp/orders`, { headers: { 'x-api-key': key } });
  expect(answer.status).toBe(200);
  await page.reload();
  await page.getByText('See and change: Orders and payments').waitFor();
  expect(await page.getByText(key, { exact: true }).count()).toBe(0);

  await page.getByRole('button', { name: 'Revoke the key web shop' }).click();
  await page.getByRole('alertdialog', { name: 'Revoke the key web shop?' }).waitFor();
  await page.getByRole('button', { name: 'Revoke', exact: true }).click();
  await page.getByText('The key web shop no longer works.').waitFor();
}

/** Returns the link of the person who was invited. */
async function people(page: Page): Promise<string> {
  await part(page, 'People').click();
  await page.getByRole('button', { name: 'Invite a person' }).click();
  await page.getByRole('textbox', { name: 'E-mail' }).fill('ravi@bali-tours.example');
  await page.getByRole('radio', { name: 'Viewer' }).check();
  await page.getByRole('list', { name: 'May not' }).getByText('send or change anything').waitFor();
  await inspect(page, 'settings-users-form');
  await page.getByRole('button', { name: 'Make the link' }).click();
  await page.getByRole('heading', { name: 'The link for ravi@bali-tours.example' }).waitFor();
  const link = await page.getByText(/\/console\/welcome#/).innerText();
  await page.getByRole('button', { name: 'I have kept it' }).click();
  await page.getByText('ravi@bali-tours.example as Viewer').waitFor();
  return link;
}

describe('the settings', () => {
  it('let an owner connect programs and people, and keep from others what is not theirs', async () => {
    const asha = await sitDown();
    if (asha === undefined) return;
    const { page, faults } = asha;
    const { url } = engine.app;
    await signIn(page, '/console/settings');

    await page.getByRole('button', { name: /^Check now/ }).click();
    await page.getByText('is up to date', { exact: false }).waitFor();
    await inspect(page, 'settings-senders');
    await page.getByRole('button', { name: 'Connect a number' }).click();
    await page.getByRole('button', { name: 'Test and connect' }).click();
    await page.getByText('Fill this in.').first().waitFor();
    await inspect(page, 'settings-connect');

    await webhooks(page);
    await keys(page);
    const link = await people(page);

    await part(page, 'Your shop').click();
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Bali Tours & Sons');
    await page.getByRole('textbox', { name: 'Country of numbers' }).fill('in');
    await page.getByText('read as numbers of India', { exact: false }).waitFor();
    await page.getByRole('radio', { name: 'At most' }).check();
    await inspect(page, 'settings-organisation');
    await page.getByRole('button', { name: 'Save the settings' }).click();
    await page.getByText('The settings are saved.').waitFor();
    await page.getByRole('banner').getByText('Bali Tours & Sons').waitFor();

    await part(page, 'Activity').click();
    await page.getByText('Revoked a key').waitFor();
    await page.getByText('Changed the settings of the shop').waitFor();
    await inspect(page, 'settings-activity');
    await part(page, 'Inbox from Meta').click();
    await page.getByRole('link', { name: 'Failed' }).click();
    await page.getByText('Nothing has failed. Good.').waitFor();
    await part(page, 'About').click();
    await page.getByText('Everything is up.').waitFor();
    await inspect(page, 'settings-about');

    await page.evaluate("localStorage.setItem('drumbeat-language', 'pseudo')");
    await page.goto(`${url}/console/settings/keys`);
    await page.locator('html[dir=rtl]').waitFor();
    await inspect(page, 'settings-rtl');

    const other = await sitDown();
    if (other === undefined) return;
    const { pathname, hash } = new URL(link);
    await other.page.goto(`${url}${pathname}${hash}`);
    await other.page.getByLabel('Your name').fill('Ravi');
    await other.page.getByLabel('Password').fill(PASSWORD);
    await other.page.getByRole('button', { name: 'Start' }).click();
    await other.page.getByRole('link', { name: 'Settings' }).click();
    await other.page.getByText('You may look at this, not change it.', { exact: false }).waitFor();
    expect(await other.page.getByRole('button', { name: 'Connect a number' }).count()).toBe(0);
    const open = other.page.getByRole('navigation', { name: 'Parts of the settings' }).getByRole('link');
    expect(await open.allInnerTexts()).toEqual(['WhatsApp numbers', 'People', 'About']);
    await other.page.goto(`${url}/console/settings/keys`);
    await other.page.getByText('Your role may not see this.', { exact: false }).waitFor();
    await part(other.page, 'People').click();
    await other.page.getByText('This device', { exact: true }).waitFor();
    expect(await other.page.getByRole('button', { name: 'Invite a person' }).count()).toBe(0);
    await inspect(other.page, 'settings-viewer');

    expect([...faults, ...other.faults]).toEqual([]);
  }, 300_000);

  it('stand beside templates that are written and days that are seen', async () => {
    const asha = await sitDown();
    if (asha === undefined) return;
    const { page, faults } = asha;
    const { api } = engine.app;
    const recipients = numbers(60).map((phoneNumber) => ({ phoneNumber }));
    const campaign = { name: 'Spring <b>Sale</b>', templateName: 'new_year_promo', rateLimit: 1, recipients };
    const { body: made } = await api.post(WHATSAPP, campaign);
    await api.post(`${WHATSAPP}/${made.id as string}/send`);
    await signIn(page, '/console/templates');
    await page.getByRole('link', { name: 'new_year_promo' }).waitFor();
    await inspect(page, 'templates');

    await page.getByRole('link', { name: 'Write a template' }).click();
    const fill = (name: string, value: string) =>
      page.getByRole('textbox', { name, exact: true }).fill(value);
    await fill('Name', 'spring_greeting');
    await fill('Text', 'Hi {{1}}');
    await page
      .getByText(/^Text: /)
      .first()
      .waitFor();
    await fill('Text', 'Hi {{1}}, *spring* is here.');
    await fill('Text: Sample for {{1}}', 'Ana');
    await fill('Last line', 'Reply STOP to unsubscribe');
    await page.getByText('Nothing stands in the way.').waitFor();
    await page.getByText('Hi Ana,', { exact: false }).waitFor();
    await inspect(page, 'template-form');
    await page.getByRole('button', { name: 'Submit to Meta' }).click();
    await page.getByRole('heading', { name: 'spring_greeting' }).waitFor();
    await page.getByText('Submitted to Meta').waitFor();
    await inspect(page, 'template');

    await page.getByRole('link', { name: 'Calendar' }).click();
    await page.getByRole('table').getByRole('button', { name: '60 planned' }).click();
    await page.getByRole('link', { name: 'Spring <b>Sale</b>' }).waitFor();
    await inspect(page, 'calendar');
    await page.getByRole('button', { name: 'The month after' }).click();
    await page.getByText('Nothing is planned for this month.').waitFor();
    expect(page.url()).toContain('month=2025-02');

    await page.setViewportSize({ width: 360, height: 800 });
    await page.getByRole('button', { name: 'More' }).click();
    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Settings' }).click();
    await page.getByRole('heading', { name: 'Settings' }).waitFor();
    expect(await page.getByRole('link', { name: 'Templates' }).count()).toBe(0);

    // The bar that says that it is practice, and moves the clock.
    await page.getByRole('button', { name: '+1 day' }).click();
    await page.getByText('The clock stands at Thursday', { exact: false }).waitFor();
    await page.getByRole('button', { name: 'To the next send' }).click();
    await until(
      async () => (await api.get('/api/dev/clock')).body.now as string,
      (now) => now.slice(11, 16) === '09:00',
    );
    expect(faults).toEqual([]);
  }, 300_000);
});
