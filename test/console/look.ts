import { mkdir } from 'node:fs/promises';
import { expect } from '@jest/globals';
import type { Page } from 'playwright-core';
import { axe, overflows, settled } from './browser.js';

const SCREENS = '.data/screens';

/** Looks at the page as everybody does: on a desk and a phone, by day and by night, and at its narrowest. */
export async function inspect(page: Page, name: string): Promise<void> {
  await mkdir(SCREENS, { recursive: true });
  // An empty page passes every check.
  await page.locator('h1').first().waitFor();
  await settled(page);
  for (const [width, scheme] of [
    [1280, 'light'],
    [360, 'dark'],
  ] as const) {
    await page.setViewportSize({ width, height: 900 });
    await page.emulateMedia({ colorScheme: scheme });
    await page.screenshot({ path: `${SCREENS}/${name}-${width}-${scheme}.png`, fullPage: true });
    expect([name, await axe(page)]).toEqual([name, []]);
  }
  await page.setViewportSize({ width: 320, height: 800 });
  expect([name, await overflows(page)]).toEqual([name, false]);
  await page.setViewportSize({ width: 1280, height: 900 });
  await page.emulateMedia({ colorScheme: 'light' });
}
