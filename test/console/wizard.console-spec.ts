import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { buildConsole } from '../../scripts/launcher/build-console.ts';
import { FirstOwner } from '../../src/access/people/first-owner.service.js';
import { type Engine, numbers, startEngine, WHATSAPP } from '../support/engine.js';
import { until } from '../support/until.js';
import { startBrowser, type Watched, watchedPage } from './browser.js';
import { inspect } from './look.js';

const PASSWORD = 'plenty of tea leaves';
const EMAIL = 'asha@bali-tours.example';

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
  const { api } = engine.app;
  const people = [
    ['Ravi Kumar', '+919978783238', 'Bali'],
    ['Meera Shah', '+919825011223', 'Goa'],
    [null, '+919825011224', 'Bali'],
  ] as const;
  for (const [name, phoneNumber, destination] of people) {
    const attributes = { trip: { destination } };
    await api.post('/api/whatsapp/customers', { name, phoneNumber, attributes, marketingOptIn: true });
  }
  await api.post('/api/whatsapp/segments', {
    name: 'Who went to Bali',
    query: {
      logic: 'AND',
      conditions: [{ field: 'trip.destination', operator: 'eq', value: 'Bali' }],
    },
  });
}, 180_000);

afterAll(async () => {
  await browser?.close();
  await engine.close();
});

/** The first time it makes the owner, later it signs her in. */
async function signedIn(open: Browser): Promise<Watched> {
  const { url } = engine.app;
  const watched = await watchedPage(open, url);
  const { page } = watched;
  page.setDefaultTimeout(60_000);
  const link = await engine.app.app.get(FirstOwner).link();
  if (link === undefined) {
    await page.goto(`${url}/console/sign-in`);
  } else {
    await page.goto(`${url}${new URL(link).pathname}${new URL(link).hash}`);
    await page.getByLabel('Your name').fill('Asha');
  }
  await page.getByLabel('E-mail').fill(EMAIL);
  await page.getByLabel('Password').fill(PASSWORD);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Good morning, Asha' }).waitFor();
  return watched;
}

async function chooseTemplate(page: Page, name: string): Promise<void> {
  await page.goto(`${engine.app.url}/console/campaigns/new`);
  await page.getByRole('button', { name: `Use ${name}` }).click();
  await page.getByRole('heading', { name: 'Who should get it?' }).waitFor();
}

async function paste(page: Page, lines: readonly string[]): Promise<void> {
  await page.getByRole('radio', { name: 'Type or paste numbers' }).check();
  await page.getByLabel('Numbers', { exact: true }).fill(lines.join('\n'));
  await page.getByLabel('Numbers', { exact: true }).blur();
}

const idOf = (page: Page): string => /campaigns\/([^/]+)/.exec(page.url())?.[1] ?? '';
const read = async (page: Page) => (await engine.app.api.get(`${WHATSAPP}/${idOf(page)}`)).body;

describe('the wizard', () => {
  it('brings a campaign to 250 people: a draft, sent, undone, sent', async () => {
    if (browser === null) return;
    const { page, faults } = await signedIn(browser);
    await page.getByRole('link', { name: 'Campaigns', exact: true }).click();
    await page.getByRole('link', { name: 'New campaign' }).click();
    await page.getByRole('heading', { name: 'Which message?' }).waitFor();
    await page.getByText('Happy New Year!').waitFor();
    await inspect(page, 'wizard-gallery');
    await page.getByLabel('Search name or text').fill('tour_package');
    await until(
      () => page.getByText('Happy New Year!').count(),
      (count) => count === 0,
    );
    await page.getByRole('button', { name: 'Use tour_package_marketing' }).click();

    await page.getByRole('heading', { name: 'tour_package_marketing · 15 Jan' }).waitFor();
    expect(await read(page)).toMatchObject({ status: 'draft', targetType: 'manual', totalRecipients: 0 });
    await page.getByRole('button', { name: 'Change the name' }).click();
    await page.getByLabel('Name of the campaign').fill('Bali in spring');
    await page.keyboard.press('Enter');
    await page.getByText(/^Saved/).waitFor();
    await page.getByRole('heading', { name: 'Bali in spring' }).waitFor();

    const list = numbers(249);
    await paste(page, ['Ravi Kumar +91 99787 83238', 'not a number', ...list]);
    await page.getByText('250 people added.').first().waitFor();
    await page.getByText(/^Line 2: "not a number"/).waitFor();
    expect(await page.getByLabel('Numbers', { exact: true }).inputValue()).toBe('not a number');
    await page.getByText('250 people in this campaign, one by one').waitFor();
    await inspect(page, 'wizard-people-pasted');
    // The same numbers once more.
    await page.getByLabel('Numbers', { exact: true }).fill(list.slice(0, 12).join(', '));
    await page.getByRole('button', { name: 'Add these numbers' }).click();
    await page.getByText('0 people added, 12 were there already.').first().waitFor();

    await page.getByRole('link', { name: 'Next: Personalise' }).click();
    await page.getByRole('heading', { name: 'What stands in the blanks?' }).waitFor();
    const first = page.getByRole('group', { name: 'Blank 1' });
    const second = page.getByRole('group', { name: 'Blank 2' });
    await page.getByRole('link', { name: 'Personalise needs you' }).waitFor();
    await first.getByRole('radio', { name: 'From the customer' }).check();
    await first.getByLabel('If it is missing').fill('summer');
    await second.getByLabel('What everybody reads').fill('₹45,000');
    await page.getByText('from ₹45,000 a person').first().waitFor();
    await page.getByRole('link', { name: 'Personalise done' }).waitFor();
    await inspect(page, 'wizard-personalise');
    expect((await read(page)).templateVariables).toEqual({ '1': '{{customer.name|summer}}', '2': '₹45,000' });

    // Left and found again.
    await page.getByRole('link', { name: 'Campaigns', exact: true }).click();
    await page.getByRole('link', { name: 'Bali in spring' }).click();
    await page.getByRole('heading', { name: 'What will happen' }).waitFor();
    await page.getByRole('link', { name: 'Schedule done' }).click();
    await page.getByRole('heading', { name: 'When does it go out?' }).waitFor();
    await page.getByLabel('How many a day', { exact: true }).fill('100');
    await page.getByText('100 a day → 3 days, done on Fri 17 Jan').waitFor();
    await page.getByRole('radio', { name: 'On a day, at a time' }).check();
    await page.getByLabel('Day', { exact: true }).fill('2024-12-31');
    await page.getByText('This time has passed. Choose a later one, or start now.').first().waitFor();
    await page.getByLabel('Day', { exact: true }).fill('2025-01-20');
    await page.getByText('100 a day → 3 days, done on Wed 22 Jan').waitFor();
    await inspect(page, 'wizard-schedule');
    await page.getByRole('radio', { name: 'Start now' }).check();
    await page.getByRole('main').getByText('More', { exact: true }).click();
    await page.getByLabel('Messages a minute').fill('5000');
    await page.getByLabel('How many a day', { exact: true }).fill('250');

    await page.getByRole('link', { name: 'Next: Review' }).click();
    await page.getByText('250 people will get this message').waitFor();
    await page.getByText('all on Wed 15 Jan').waitFor();
    await page.getByLabel('Your WhatsApp number').fill('+49 152 99999999');
    await page.getByRole('button', { name: 'Send a test' }).click();
    await page.getByText('On its way to +4915299999999. Look at your phone.').waitFor();
    await inspect(page, 'wizard-review');

    await page.getByRole('button', { name: 'Start sending to 250 people' }).click();
    await page.getByRole('alertdialog', { name: 'Start sending Bali in spring?' }).waitFor();
    await inspect(page, 'wizard-question');
    await page.getByRole('button', { name: 'Start sending', exact: true }).click();
    await page.getByRole('heading', { name: /^Starts in \d+ s$/ }).waitFor();
    await inspect(page, 'wizard-undo');
    expect((await read(page)).status).toBe('scheduled');
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByText('Undone. Nobody has been written to.').waitFor();
    await page.getByRole('heading', { name: 'What will happen' }).waitFor();
    expect(await read(page)).toMatchObject({ status: 'draft', scheduledFor: null, sentCount: 0 });

    await page.getByRole('button', { name: 'Start sending to 250 people' }).click();
    await page.getByRole('button', { name: 'Start sending', exact: true }).click();
    await page.getByRole('heading', { name: /^Starts in/ }).waitFor();
    await engine.advance('PT30S');
    await page.getByRole('heading', { name: 'How far it came' }).waitFor();
    await engine.advance('PT40M');
    await engine.toldAll();
    await page.getByText('Finished').first().waitFor();
    expect(await read(page)).toMatchObject({ status: 'completed', sentCount: 250 });
    // The test of a person is remembered.
    const { page: other } = await signedIn(browser);
    await chooseTemplate(other, 'new_year_promo');
    await paste(other, numbers(1));
    await other.getByText('1 person added.').first().waitFor();
    await other.goto(other.url().replace('people', 'review'));
    await until(
      () => other.getByLabel('Your WhatsApp number').inputValue(),
      (value) => value === '+49 152 99999999',
    );
    expect(faults).toEqual([]);
  }, 300_000);

  it('says 40 days for 10,000 people at 250 a day, and asks for their number', async () => {
    if (browser === null) return;
    const { page, faults } = await signedIn(browser);
    await chooseTemplate(page, 'new_year_promo');
    // A hundred a line: a browser that is driven types each line by itself.
    const lines = Array.from({ length: 100 }, () => numbers(100).join(', '));
    await paste(page, lines);
    await page.getByText('10,000 people added.').first().waitFor();
    await page.getByRole('link', { name: 'Next: Personalise' }).click();
    await page.getByText('This template has no blanks to fill.').waitFor();
    await page.getByRole('link', { name: 'Review to come' }).click();
    await page.getByText('10,000 people will get this message').waitFor();
    await page.getByText('from Wed 15 Jan to Sun 23 Feb (40 days)').waitFor();
    await inspect(page, 'wizard-review-40-days');
    await page.getByRole('button', { name: 'Start sending to 10,000 people' }).click();
    const dialog = page.getByRole('alertdialog');
    const start = dialog.getByRole('button', { name: 'Start sending', exact: true });
    expect(await start.isDisabled()).toBe(true);
    await dialog.getByLabel('Type 10000 to go on').fill('10000');
    expect(await start.isEnabled()).toBe(true);
    await dialog.getByRole('button', { name: 'Not yet' }).click();
    await page.getByRole('link', { name: 'Save for later' }).click();
    await page
      .getByRole('link', { name: /^new_year_promo/ })
      .first()
      .waitFor();
    expect(faults).toEqual([]);
  }, 300_000);

  it('chooses people by a group and shows the message of somebody real', async () => {
    if (browser === null) return;
    const { page, faults } = await signedIn(browser);
    await chooseTemplate(page, 'tour_package_marketing');
    await page.getByRole('radio', { name: 'A group of your customers' }).check();
    await page.getByLabel('Group', { exact: true }).selectOption({ label: 'Who went to Bali' });
    await page.getByText('2 people match · 2 may be written to').waitFor();
    await page.getByText('People are chosen when the campaign starts.').waitFor();
    await page.getByText(/^Saved/).waitFor();
    await inspect(page, 'wizard-people-group');
    expect(await read(page)).toMatchObject({ targetType: 'segment', totalRecipients: 0 });
    await page.getByRole('link', { name: 'Next: Personalise' }).click();
    const first = page.getByRole('group', { name: 'Blank 1' });
    await first.getByRole('radio', { name: 'From the customer' }).check();
    await page.getByText('1 person has nothing here. Give a fallback.').waitFor();
    await first.getByLabel('If it is missing').fill('dream');
    await page.getByText('1 person lacks it; they get “dream”.').waitFor();
    await page.getByLabel('Preview for').selectOption({ label: 'Ravi Kumar' });
    await page.getByText('Your Ravi Kumar trip is waiting').waitFor();
    await page.getByText('Missing: “2”').waitFor();
    await inspect(page, 'wizard-personalise-group');
    await page.getByRole('link', { name: 'Review to come' }).click();
    await page.getByText('stands in the way').first().waitFor();
    expect(await page.getByRole('button', { name: /^Start sending/ }).isDisabled()).toBe(true);
    await inspect(page, 'wizard-review-problem');

    // Nobody is left chosen who was not meant: the other ways begin with nobody.
    await page.getByRole('link', { name: /^People/ }).click();
    await page.getByRole('radio', { name: 'Everybody who may be written to' }).check();
    await page.getByText('3 people match · 3 may be written to').waitFor();
    await page.getByRole('radio', { name: 'Who replied to an earlier campaign' }).check();
    await page.getByText(/^Saved/).waitFor();
    await until(
      async () => (await read(page)).targetType,
      (type) => type === 'manual',
    );
    // A file brings its own columns.
    await page.getByRole('radio', { name: 'A file from your computer (CSV)' }).check();
    await page.getByLabel('The file').setInputFiles({
      name: 'guests.csv',
      mimeType: 'text/csv',
      buffer: Buffer.from('phone,name,1,2\n+4915210000001,Lena,Bali,€900\n12,Nobody,Goa,€1\n'),
    });
    await page.getByRole('button', { name: 'Add the people of the file' }).click();
    await page.getByText('1 person added.').first().waitFor();
    await page.getByText('1 could not be taken:').waitFor();
    await inspect(page, 'wizard-people-file');
    await page.getByRole('link', { name: 'Next: Personalise' }).click();
    await page.getByText('from €900 a person').first().waitFor();
    await page.getByRole('link', { name: /^People/ }).click();
    await page.getByRole('button', { name: 'Take them out' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Take them out' }).click();
    await page.getByText('The list is empty.').waitFor();
    expect((await read(page)).totalRecipients).toBe(0);
    expect(faults).toEqual([]);
  }, 300_000);

  it('loses nothing when the session ends, and nothing when two people edit', async () => {
    if (browser === null) return;
    const { page } = await signedIn(browser);
    await chooseTemplate(page, 'tour_package_marketing');
    await engine.sql('DELETE FROM sessions');
    const list = numbers(3);
    await paste(page, list);
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await page.getByLabel('E-mail').fill(EMAIL);
    await page.getByLabel('Password').fill(PASSWORD);
    await page.keyboard.press('Enter');
    await page.getByText('3 people added.').first().waitFor();

    await page.getByRole('link', { name: 'Next: Personalise' }).click();
    await engine.sql('DELETE FROM sessions');
    const field = page.getByRole('group', { name: 'Blank 1' }).getByLabel('What everybody reads');
    await field.fill('Lombok');
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await page.getByLabel('E-mail').fill(EMAIL);
    await page.getByLabel('Password').fill(PASSWORD);
    await page.keyboard.press('Enter');
    await page.getByText(/^Saved/).waitFor();
    expect(await field.inputValue()).toBe('Lombok');
    expect(await read(page)).toMatchObject({ templateVariables: { '1': 'Lombok' }, totalRecipients: 3 });

    await engine.app.api.put(`${WHATSAPP}/${idOf(page)}`, { name: 'Named by Ravi' });
    await field.fill('Java');
    await page.getByText('Somebody has changed this campaign meanwhile.').waitFor();
    await page.getByRole('button', { name: 'Keep mine' }).click();
    await page.getByText(/^Saved/).waitFor();
    await page.getByRole('heading', { name: 'Named by Ravi' }).waitFor();
    expect(await read(page)).toMatchObject({ name: 'Named by Ravi', templateVariables: { '1': 'Java' } });
  }, 300_000);
});
