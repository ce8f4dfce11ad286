import type { Browser } from 'playwright-core';
import { FirstOwner } from '../../src/access/people/first-owner.service.js';
import type { Engine } from '../support/engine.js';
import { type Watched, watchedPage } from './browser.js';

/** The first person to come, who is the owner from then on. */
export async function signUp(engine: Engine, browser: Browser): Promise<Watched> {
  const { url } = engine.app;
  const watched = await watchedPage(browser, url);
  const { page } = watched;
  page.setDefaultTimeout(60_000);
  const link = new URL((await engine.app.app.get(FirstOwner).link()) ?? '');
  await page.goto(`${url}${link.pathname}${link.hash}`);
  await page.getByLabel('Your name').fill('Asha');
  await page.getByLabel('E-mail').fill('asha@bali-tours.example');
  await page.getByLabel('Password').fill('plenty of tea leaves');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Good morning, Asha' }).waitFor();
  return watched;
}
