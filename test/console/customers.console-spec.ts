import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { buildConsole } from '../../scripts/launcher/build-console.ts';
import { type Engine, startEngine } from '../support/engine.js';
import { until } from '../support/until.js';
import { startBrowser } from './browser.js';
import { inspect } from './look.js';
import { signUp } from './sign-up.js';

const CUSTOMERS = '/api/whatsapp/customers';
const ROWS = 2_000;
const BAD_EVERY = 100;
const CITIES = ['Mumbai', 'Pune', 'Goa'];
const TIERS = ['premium', 'gold', 'basic', ''];

let engine: Engine;
let browser: Browser | null;

beforeAll(async () => {
  await buildConsole();
  browser = await startBrowser();
  if (browser === null) {
    if (process.env['CI'] !== undefined) throw new Error('CI needs a Chromium: set CHROME_PATH');
    console.warn('No Chromium for this machine: the journeys of the console are skipped.');
  }
  engine = await startEngine('2025-01-15T10:00:00Z');
}, 180_000);

afterAll(async () => {
  await browser?.close();
  await engine.close();
});

/** One row of a hundred has no number; the first column has a name that says nothing. */
function file(): { name: string; mimeType: string; buffer: Buffer } {
  const rows = Array.from({ length: ROWS }, (_, index) => {
    const number = index % BAD_EVERY === 7 ? 'ask her sister' : `+9198250${String(10_000 + index)}`;
    const name = index === 0 ? 'Meera Shah' : `Person ${index}`;
    const trip = index % 2 === 0 ? 'Bali' : '<b>Goa</b>';
    return [
      number,
      name,
      CITIES[index % CITIES.length],
      TIERS[index % TIERS.length],
      trip,
      'call back',
    ].join();
  });
  const text = ['Contact,Name,City,Tier,Trip,Internal note', ...rows].join('\r\n');
  return { name: 'customers of spring.csv', mimeType: 'text/csv', buffer: Buffer.from(text) };
}

describe('customers at the console', () => {
  it('come from a file, are found, stopped and deleted', async () => {
    if (browser === null) return;
    const { url, api } = engine.app;
    const { page, faults } = await signUp(engine, browser);

    await page.getByRole('link', { name: 'Customers', exact: true }).click();
    await page.getByText('No customers yet.').waitFor();
    await inspect(page, 'customers-empty');
    await page.getByRole('link', { name: 'Bring a file' }).click();
    await page.getByRole('heading', { name: 'Choose a file' }).waitFor();
    await inspect(page, 'import-file');

    await page.getByLabel('Drop a CSV file here, or choose one').setInputFiles(file());
    await page.getByText('has no phone number column', { exact: false }).first().waitFor();
    expect(await page.getByRole('button', { name: 'Check' }).isDisabled()).toBe(true);
    await page.getByLabel('Contact becomes').selectOption('Phone number');
    await page.getByText('20 rows:', { exact: false }).first().waitFor();
    await page.getByLabel('Internal note becomes').selectOption('Leave out');
    await page.getByLabel('Name of the detail from Trip').fill('saleDetails.destination');
    await page.getByLabel('Name of the detail from Trip').blur();
    await until(
      () => page.getByLabel('Name of the detail from Trip').inputValue(),
      (value) => value === 'saleDetails.destination',
    );
    await page.getByText('<b>Goa</b>').waitFor();
    await inspect(page, 'import-columns');
    await page.getByRole('button', { name: 'Check' }).click();

    await page.getByText('1,980 are fine, 20 will be refused', { exact: false }).waitFor();
    await page.getByRole('button', { name: 'Import 2,000 rows' }).click();
    await page.getByText('Without it we do not bring the file', { exact: false }).waitFor();
    await inspect(page, 'import-check');
    await page.getByLabel('These people have agreed to get messages from us').check();
    await page.getByLabel('Where they agreed').fill('Form at the trade fair');
    await page.getByLabel('When they agreed').fill('2024-12-01');
    await page.getByRole('button', { name: 'Import 2,000 rows' }).click();

    await page.getByText('2,000 rows read: 1,980 new, 0 changed, 20 refused.').waitFor();
    await page.getByRole('heading', { name: 'Refused rows' }).waitFor();
    expect(await page.getByRole('row').count()).toBe(21);
    await page.getByRole('row').filter({ hasText: 'Contact' }).first().waitFor();
    await inspect(page, 'import-done');
    const download = page.waitForEvent('download');
    await page.getByRole('link', { name: 'Download the refused rows' }).click();
    expect((await download).suggestedFilename()).toMatch(/^import-errors-.*\.csv$/);

    await page.getByRole('link', { name: 'See your customers' }).click();
    await page.getByText('Showing 1–50 of 1,980').waitFor();
    await page.getByText('More filters').click();
    await page.getByLabel('City', { exact: true }).fill('Pune');
    await page.getByLabel('City', { exact: true }).press('Enter');
    await page.getByRole('button', { name: 'Show people without City Pune too' }).waitFor();
    expect(page.url()).toContain('city=Pune');
    await inspect(page, 'customers');
    await page.getByRole('button', { name: 'Clear all filters' }).click();

    await page.getByLabel('Search name, e-mail or number').fill('meera');
    await page.getByRole('link', { name: 'Meera Shah' }).click();
    await page.getByRole('heading', { name: 'Meera Shah' }).waitFor();
    await page.getByText('On a list of people who agreed').first().waitFor();
    await page.getByText('Recorded from: Form at the trade fair').waitFor();
    await page.getByRole('button', { name: 'Stop marketing' }).click();
    await page.getByText('Meera Shah will get no more campaigns. Only they can say yes again.').waitFor();
    await page.getByRole('button', { name: 'Leave it as it is' }).waitFor();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Stop marketing' }).click();
    await page.getByText('Stopped on 15 Jan 2025').waitFor();
    await page.getByText('Recorded from: console').waitFor();
    await inspect(page, 'customer');
    const meera = await api.get(`${CUSTOMERS}?search=meera`);
    expect(meera.body.data).toMatchObject([
      { subscription: 'unsubscribed', attributes: { saleDetails: { destination: 'Bali' } } },
    ]);

    await page.getByRole('link', { name: 'Change' }).click();
    await page.getByLabel('Tags').fill('vip, met at the fair');
    await inspect(page, 'customer-form');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('met at the fair').first().waitFor();

    await page.goto(`${url}/console/customers?search=meera`);
    await page.getByRole('link', { name: 'Meera Shah' }).click();
    await page.getByRole('button', { name: 'Delete customer' }).click();
    const dialog = page.getByRole('alertdialog');
    expect(await dialog.getByRole('button', { name: 'Delete customer' }).isDisabled()).toBe(true);
    await dialog.getByLabel('Type +919825010000 to go on').fill('+919825010000');
    await dialog.getByRole('button', { name: 'Delete customer' }).click();
    await page.getByText('Meera Shah is removed. A “stop” stays remembered.').waitFor();
    expect((await api.get(`${CUSTOMERS}?search=meera`)).body.data).toEqual([]);
    expect(faults).toEqual([]);
  }, 300_000);
});
