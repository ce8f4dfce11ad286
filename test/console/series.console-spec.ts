import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { buildConsole } from '../../scripts/launcher/build-console.ts';
import { type Engine, startEngine } from '../support/engine.js';
import { until } from '../support/until.js';
import { startBrowser } from './browser.js';
import { inspect } from './look.js';
import { signUp } from './sign-up.js';

let engine: Engine;
let browser: Browser | null;

beforeAll(async () => {
  await buildConsole();
  browser = await startBrowser();
  if (browser === null) {
    if (process.env['CI'] !== undefined) throw new Error('CI needs a Chromium: set CHROME_PATH');
    console.warn('No Chromium for this machine: the journeys of the console are skipped.');
  }
  engine = await startEngine('2027-01-15T08:00:00Z');
}, 180_000);

afterAll(async () => {
  await browser?.close();
  await engine.close();
});

it('a series is written in plain words, started, seen to run, changed, paused and ended', async () => {
  if (browser === null) return;
  const { api } = engine.app;
  await api.post('/api/whatsapp/customers', { phoneNumber: '+919825010000', name: 'Asha' });
  const { page, faults } = await signUp(engine, browser);

  await page.getByRole('link', { name: 'Campaigns', exact: true }).click();
  await page.getByRole('link', { name: 'Series', exact: true }).click();
  await page.getByText('No series yet.').waitFor();
  await inspect(page, 'series-empty');
  await page.getByRole('link', { name: 'New series' }).click();

  await page.getByRole('button', { name: 'Save series' }).click();
  await page.getByText('Give the series a name.').waitFor();
  await page.getByLabel('Name of the series').fill('Month end letter');
  const message = page.getByRole('combobox', { name: 'Message' });
  await page.locator('option', { hasText: 'new_year_promo' }).first().waitFor({ state: 'attached' });
  await message.selectOption({ label: 'new_year_promo, en_US' });
  await page.getByLabel('Time zone').fill('Europe/Berlin');
  await page.getByText('Every month, on the last day, at 10:00 (Berlin)').waitFor();
  await page.getByText('28 Feb 2027, 10:00').waitFor();
  await page.getByLabel('A day', { exact: true }).check();
  await page.getByLabel('Day', { exact: true }).fill('31');
  await page
    .getByText('Every month, on the 31st, or the last day of a shorter month, at 10:00 (Berlin)')
    .waitFor();
  await page.getByLabel('After some dates').check();
  await inspect(page, 'series-form');
  await page.getByRole('button', { name: 'Save series' }).click();

  await page.getByRole('heading', { name: 'Month end letter' }).waitFor();
  await page.getByRole('button', { name: 'Start series' }).click();
  await page.getByText('Active', { exact: true }).waitFor();
  await engine.moveTo('2027-01-31T09:00:01Z');
  const { body } = await api.get('/api/whatsapp/series');
  const { id, count } = body.data[0];
  expect(count).toBe(12);
  await until(
    async () => (await api.get(`/api/whatsapp/series/${id}/stats`)).body.sums,
    ({ created }) => created === 1,
  );
  await page.reload();
  await page.getByText('Campaign made').waitFor();
  await page.getByRole('link', { name: 'Open campaign' }).waitFor();
  await inspect(page, 'series-one');

  await page.getByRole('link', { name: 'Change' }).click();
  await page.getByLabel('Name of the series').waitFor();
  expect(await page.getByLabel('Day', { exact: true }).inputValue()).toBe('31');
  await page.getByLabel('Time', { exact: true }).fill('11:30');
  await page.getByRole('button', { name: 'Save series' }).click();
  await page.getByText('at 11:30 (Berlin)', { exact: false }).first().waitFor();
  // The form shows the new time before it is saved.
  const changed = await until(
    async () => (await api.get(`/api/whatsapp/series/${id}`)).body,
    ({ version }) => version === 2,
  );
  expect(changed).toMatchObject({ at: '11:30', count: 12 });

  await page.getByRole('button', { name: 'Pause series' }).click();
  await page.getByRole('button', { name: 'Resume series' }).click();
  await page.getByRole('button', { name: 'Pause series' }).waitFor();
  await page.getByRole('button', { name: 'End series' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'End series' }).click();
  await page.getByText('Ended', { exact: true }).waitFor();
  await page.getByRole('link', { name: 'All series' }).click();
  await page.getByText('No date ahead').waitFor();
  await inspect(page, 'series-list');
  expect(faults).toEqual([]);
}, 300_000);
