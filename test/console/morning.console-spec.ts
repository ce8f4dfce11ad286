import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { buildConsole } from '../../scripts/launcher/build-console.ts';
import { FirstOwner } from '../../src/access/people/first-owner.service.js';
import { type Engine, numbers, startEngine, WHATSAPP } from '../support/engine.js';
import { until } from '../support/until.js';
import { startBrowser, watchedPage } from './browser.js';
import { inspect } from './look.js';

const PASSWORD = 'plenty of tea leaves';

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

async function newCampaign(name: string, count: number, rest: object = {}): Promise<string> {
  const body = {
    ...{ name, templateName: 'new_year_promo', sendWindowStart: null, sendWindowEnd: null },
    recipients: numbers(count).map((phoneNumber) => ({ phoneNumber })),
    ...rest,
  };
  const { body: campaign } = await engine.app.api.post(WHATSAPP, body);
  return campaign.id;
}

describe('a morning at the console', () => {
  it('begins at the link of the first owner and ends where a stranger wanted to go', async () => {
    if (browser === null) return;
    const { url } = engine.app;
    const { page, faults } = await watchedPage(browser, url);

    const link = await engine.app.app.get(FirstOwner).link();
    await page.goto(`${url}${new URL(link ?? '').pathname}${new URL(link ?? '').hash}`);
    await page.getByLabel('Your name').fill('Asha');
    await inspect(page, 'welcome');
    await page.getByLabel('E-mail').fill('asha@bali-tours.example');
    await page.getByLabel('Password').fill('short');
    await page.getByRole('button', { name: 'Start' }).click();
    await page.getByText('Use at least 12 characters.').waitFor();
    await page.getByLabel('Password').fill(PASSWORD);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Good morning, Asha' }).waitFor();
    expect(page.url()).not.toContain('#');
    await inspect(page, 'today-empty');

    await newCampaign('Draft of spring', 3);
    const id = await newCampaign('New Year Sale', 60, { rateLimit: 60 });
    await newCampaign('<img src=x onerror=alert(1)>', 1, { scheduledFor: '2025-01-20T10:00:00Z' });
    await engine.app.api.post(`${WHATSAPP}/${id}/send`);
    await page.reload();
    await page.getByRole('heading', { name: 'New Year Sale is going out' }).waitFor();
    await page.getByText('live', { exact: false }).first().waitFor();
    await inspect(page, 'today-full');

    // By keyboard alone: the skip link, then the navigation.
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.getByRole('link', { name: 'Campaigns', exact: true }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Campaigns' }).waitFor();
    await until(
      () => page.evaluate<string>('document.activeElement.tagName'),
      (tag) => tag === 'H1',
    );
    await page.getByText('<img src=x onerror=alert(1)>').first().waitFor();
    await inspect(page, 'campaigns');

    await page.getByRole('link', { name: 'New Year Sale' }).click();
    await page.getByRole('heading', { name: 'New Year Sale' }).waitFor();
    await inspect(page, 'campaign');
    // Until now the rest waited for its turn, so that the campaign stays under way however slow the browser is.
    await engine.advance('PT10M');
    await engine.toldAll();
    await page.getByText('Finished').first().waitFor();
    await page.getByRole('link', { name: 'Plan' }).click();
    await page.getByRole('heading', { name: 'Day by day' }).waitFor();
    await inspect(page, 'plan');
    await page.getByRole('link', { name: 'Problems' }).click();
    await page.getByText('No message has failed.').waitFor();
    const parts = page.getByRole('navigation', { name: 'Parts of the campaign' });
    await parts.getByRole('link', { name: 'Settings' }).click();
    await inspect(page, 'settings');
    await page.getByRole('link', { name: 'People', exact: true }).click();
    await page.getByRole('link', { name: '+49' }).first().waitFor();
    await inspect(page, 'people');
    await page.getByRole('link', { name: '+49' }).first().click();
    await page.getByText('Chosen').waitFor();
    await inspect(page, 'person');

    await page.evaluate("localStorage.setItem('drumbeat-language', 'pseudo')");
    await page.goto(`${url}/console/`);
    await page.locator('html[dir=rtl]').waitFor();
    await inspect(page, 'today-rtl');
    await page.evaluate('localStorage.clear()');
    await page.goto(`${url}/console/`);
    await page.getByRole('button', { name: 'Account of Asha' }).click();
    await inspect(page, 'account');
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await inspect(page, 'sign-in');
    expect(faults).toEqual([]);

    // The browser itself reports the refused sign-in, so nothing is held against the page from here on.
    await page.goto(`${url}/console/campaigns?status=paused`);
    await page.getByLabel('E-mail').fill('asha@bali-tours.example');
    await page.getByLabel('Password').fill('not the right one');
    await page.keyboard.press('Enter');
    await page.getByText('That e-mail and password do not belong together.').waitFor();
    await page.getByLabel('Password').fill(PASSWORD);
    await page.keyboard.press('Enter');
    await page.getByText('No paused campaigns. Good.').waitFor();
    expect(page.url()).toBe(`${url}/console/campaigns?status=paused`);
  }, 300_000);
});

describe('the files of the console', () => {
  it('carry the headers that keep the page to itself, with a nonce an answer', async () => {
    const answers = await Promise.all(
      ['/console', '/console/campaigns/any'].map((path) => fetch(engine.app.url + path)),
    );
    const policies = answers.map(({ headers }) => headers.get('content-security-policy') ?? '');
    expect(policies[0]).not.toBe(policies[1]);
    for (const [index, answer] of answers.entries()) {
      const nonce = /'nonce-([^']+)'/.exec(policies[index] ?? '')?.[1] ?? '';
      expect(await answer.text()).toContain(`nonce="${nonce}"`);
      expect(answer.headers.get('cache-control')).toBe('no-store');
      expect(answer.headers.get('cross-origin-opener-policy')).toBe('same-origin');
    }
  });

  it('are kept for a year, compressed at the build', async () => {
    const page = await (await fetch(`${engine.app.url}/console/`)).text();
    const script = /src="(\/console\/assets\/[^"]+\.js)"/.exec(page)?.[1] ?? '';
    const answer = await fetch(engine.app.url + script, { headers: { 'accept-encoding': 'br' } });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(answer.headers.get('content-encoding')).toBe('br');
    expect((await fetch(`${engine.app.url}/console/assets/gone-12345678.js`)).status).toBe(404);
  });

  it('are where the address of the installation leads', async () => {
    const answer = await fetch(`${engine.app.url}/`, {
      redirect: 'manual',
      headers: { accept: 'text/html' },
    });
    expect([answer.status, answer.headers.get('location')]).toEqual([302, '/console/']);
    const json = await fetch(`${engine.app.url}/`, { headers: { accept: 'application/json' } });
    expect(await json.json()).toMatchObject({ documentation: '/docs', console: '/console/' });
  });
});
