import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import chromiumPackage from '@sparticuz/chromium';
import { type Browser, chromium, type Page } from 'playwright-core';
import { until } from '../support/until.js';

const require = createRequire(import.meta.url);

/** Null on a machine that the packaged Chromium does not fit. CHROME_PATH names another. */
export async function startBrowser(): Promise<Browser | null> {
  const given = process.env['CHROME_PATH'];
  if (given === undefined && process.arch !== 'x64') return null;
  const executablePath = given ?? (await chromiumPackage.executablePath());
  if (!existsSync(executablePath)) return null;
  return chromium.launch({ executablePath, args: chromiumPackage.args, headless: true });
}

export interface Watched {
  page: Page;
  /** What no page may do: messages on the console, reports of the content policy, requests to other sites. */
  faults: string[];
}

export async function watchedPage(browser: Browser, origin: string, options: object = {}): Promise<Watched> {
  const context = await browser.newContext({ locale: 'en-GB', reducedMotion: 'reduce', ...options });
  const page = await context.newPage();
  const faults: string[] = [];
  page.on('console', (message) => faults.push(`console: ${message.text()}`));
  page.on('pageerror', (error) => faults.push(`error: ${error.message}`));
  page.on('request', (request) => {
    if (!request.url().startsWith(origin) && !request.url().startsWith('data:'))
      faults.push(`outside: ${request.url()}`);
  });
  await page.addInitScript(
    "addEventListener('securitypolicyviolation', (e) => console.error('csp ' + e.violatedDirective + ' ' + e.blockedURI))",
  );
  return { page, faults };
}

interface AxeResult {
  violations: { id: string; nodes: { html: string; failureSummary: string }[] }[];
}

/** WCAG 2.2 AA, as far as a machine can tell. Evaluated by the debugger, which the content policy does not stop. */
export async function axe(page: Page): Promise<string[]> {
  const { readFile } = await import('node:fs/promises');
  const source = await readFile(require.resolve('axe-core/axe.min.js'), 'utf8');
  await page.evaluate(source);
  const result = await page.evaluate<AxeResult>(
    "axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] })",
  );
  return result.violations.map(
    ({ id, nodes }) =>
      `${id}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`).join(' | ')}`,
  );
}

/** Wider than its window: the page would have to be moved sideways to be read. */
export async function overflows(page: Page): Promise<boolean> {
  return page.evaluate<boolean>(
    'document.documentElement.scrollWidth > document.documentElement.clientWidth',
  );
}

export async function settled(page: Page): Promise<void> {
  await until(
    () => page.getByText('Loading', { exact: true }).count(),
    (count) => count === 0,
  );
}
