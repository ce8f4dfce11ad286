import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { buildConsole } from '../../scripts/launcher/build-console.ts';
import { type Engine, startEngine } from '../support/engine.js';
import { until } from '../support/until.js';
import { startBrowser } from './browser.js';
import { inspect } from './look.js';
import { signUp } from './sign-up.js';

const PREVIEW = '/api/whatsapp/segments/preview';
const PEOPLE = 120;
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
  const rows = Array.from({ length: PEOPLE }, (_, index) =>
    [`+9198250${10_000 + index}`, CITIES[index % CITIES.length], TIERS[index % TIERS.length]].join(),
  );
  const raw = ['phone,city,tier', ...rows].join('\n');
  const headers = { 'content-type': 'text/csv' };
  const { status } = await engine.app.api.post('/api/whatsapp/customers/import', undefined, { raw, headers });
  expect(status).toBe(201);
}, 180_000);

afterAll(async () => {
  await browser?.close();
  await engine.close();
});

/** What a screen reader would call the element that has the focus. */
const FOCUSED = `(() => {
  const it = document.activeElement;
  const label = it.labels?.[0];
  return (label?.querySelector('span') ?? label)?.textContent ?? it.getAttribute('aria-label') ?? it.innerText;
})()`;

async function tabTo(page: Page, name: string, key = 'Tab'): Promise<void> {
  for (let presses = 0; presses < 60; presses++) {
    await page.keyboard.press(key);
    if ((await page.evaluate<string>(FOCUSED)).trim() === name) return;
  }
  throw new Error(`${key} does not lead to ${name}`);
}

/** In the list that has the focus. */
async function pick(page: Page, option: string): Promise<void> {
  for (let presses = 0; presses < 80; presses++) {
    if ((await page.evaluate<string>('document.activeElement.selectedOptions[0].text')) === option) return;
    await page.keyboard.press('ArrowDown');
  }
  throw new Error(`there is no ${option}`);
}

describe('groups of customers at the console', () => {
  it('are built by keyboard, counted by the API, and read as words and as JSON', async () => {
    if (browser === null) return;
    const { api } = engine.app;
    const { page, faults } = await signUp(engine, browser);

    await page.getByRole('link', { name: 'Customers', exact: true }).click();
    await page.getByRole('link', { name: 'Groups' }).click();
    await page.getByText('No groups yet.').waitFor();
    await inspect(page, 'groups-empty');
    await page.getByRole('link', { name: 'New group' }).first().click();
    await page.getByText('Fill in every condition', { exact: false }).waitFor();

    // From here to the count without a mouse: in Pune, and premium or gold, or new.
    await tabTo(page, 'Name of the group');
    await page.keyboard.type('Good friends in Pune');
    await tabTo(page, 'What');
    await pick(page, 'City');
    await tabTo(page, 'Value');
    await page.keyboard.type('Pune');
    await tabTo(page, 'Group');
    await page.keyboard.press('Enter');
    await until(
      () => page.evaluate<string>(FOCUSED),
      (name) => name === 'What',
    );
    await pick(page, 'Tier');
    await tabTo(page, 'How');
    await pick(page, 'is one of');
    await tabTo(page, 'Value');
    await page.keyboard.type('premium');
    await page.keyboard.press('Enter');
    await page.keyboard.type('gold');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Remove gold' }).waitFor();
    await tabTo(page, 'Condition');
    await page.keyboard.press('Enter');
    await pick(page, 'Added');
    await tabTo(page, 'How');
    await pick(page, 'not in the last');
    await tabTo(page, 'Match', 'Shift+Tab');
    await pick(page, 'any');

    const query = {
      logic: 'AND',
      conditions: [
        { field: 'city', operator: 'eq', value: 'Pune' },
        {
          logic: 'OR',
          conditions: [
            { field: 'customerTier', operator: 'in', value: ['premium', 'gold'] },
            { field: 'createdAt', operator: 'notWithinLast', value: '30 days' },
          ],
        },
      ],
    };
    const { count, reachable } = (await api.post(PREVIEW, { query })).body;
    expect(count).toBeGreaterThan(10);
    await page.getByText(`${count} people`, { exact: true }).waitFor();
    await page.getByText(`${reachable} may be written to`).waitFor();
    await page.getByText('Customers: City is “Pune” and (Tier is one of “premium”, “gold” or').waitFor();
    await inspect(page, 'group');

    await page.getByRole('link', { name: 'As JSON' }).click();
    const json = page.getByLabel('The group as JSON');
    expect(JSON.parse(await json.inputValue())).toEqual(query);
    await json.fill('{ "conditions": 1 }');
    await page.getByText('This is not a group', { exact: false }).waitFor();
    await json.fill(JSON.stringify({ ...query, logic: 'OR' }));
    await page.getByText('Customers: City is “Pune” or (Tier', { exact: false }).waitFor();
    await json.fill(JSON.stringify(query));
    await inspect(page, 'group-json');
    await page.getByRole('link', { name: 'Conditions' }).click();
    await page.getByRole('button', { name: 'Remove gold' }).waitFor();
    await page.getByText(`${count} people`, { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Save group' }).click();
    await page.getByText(`Saved. ${count} people today.`).waitFor();
    await page.getByRole('link', { name: 'Good friends in Pune' }).waitFor();
    await inspect(page, 'groups');
    expect(faults).toEqual([]);
  }, 300_000);
});
