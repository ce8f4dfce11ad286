import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { buildConsole } from '../launcher/build-console.ts';

/** How much a first visit to each page may load, compressed by gzip. Fails above it. */
const FOLDER = join(import.meta.dirname, '..', '..', 'dist', 'console');
const SHELL = ['src/shell.tsx'];
const BUDGETS: readonly [string, number, readonly string[]][] = [
  ['sign-in', 98, ['src/pages/sign-in/sign-in.page.tsx']],
  ['Today', 125, [...SHELL, 'src/pages/today/today.page.tsx']],
  ['the orders', 150, [...SHELL, 'src/pages/orders/orders.page.tsx']],
  ['an order', 150, [...SHELL, 'src/pages/orders/order.page.tsx']],
  ['a product', 150, [...SHELL, 'src/pages/products/product.page.tsx']],
  ['the list of campaigns', 150, [...SHELL, 'src/pages/campaigns/campaigns.page.tsx']],
  ['a campaign', 150, [...SHELL, 'src/pages/campaigns/campaign.page.tsx']],
  ['the wizard', 175, [...SHELL, 'src/pages/wizard/wizard.page.tsx']],
  ['the calendar', 150, [...SHELL, 'src/pages/calendar/calendar.page.tsx']],
  ['the templates', 150, [...SHELL, 'src/pages/templates/templates.page.tsx']],
  ['the settings', 150, [...SHELL, 'src/pages/settings/settings.page.tsx']],
  ['the list of customers', 150, [...SHELL, 'src/pages/customers/customers.page.tsx']],
  ['an import', 150, [...SHELL, 'src/pages/imports/imports.page.tsx']],
  ['a group', 175, [...SHELL, 'src/pages/segments/segment.page.tsx']],
];
const CSS_KB = 20;
const PAGE_KB = 2;
const ALL_KB = 650;

interface Chunk {
  file: string;
  css?: string[];
  imports?: string[];
}

await buildConsole();
const manifest = JSON.parse(readFileSync(join(FOLDER, 'manifest.json'), 'utf8')) as Record<string, Chunk>;
const kilobytes = (file: string): number => statSync(join(FOLDER, file)).size / 1_000;

function filesOf(name: string, seen = new Set<string>()): Set<string> {
  const chunk = manifest[name];
  if (chunk === undefined) throw new Error(`${name} is not in the build`);
  if (seen.has(chunk.file)) return seen;
  seen.add(chunk.file);
  chunk.css?.forEach((file) => seen.add(file));
  chunk.imports?.forEach((imported) => filesOf(imported, seen));
  return seen;
}

const results: [string, number, number][] = BUDGETS.flatMap(([page, most, entries]) => {
  const files = new Set(['index.html', ...entries].flatMap((entry) => [...filesOf(entry)]));
  const sizeOf = (ending: string): number =>
    [...files]
      .filter((file) => file.endsWith(ending))
      .reduce((sum, file) => sum + kilobytes(`${file}.gz`), 0);
  return [
    [`scripts of ${page}`, sizeOf('.js'), most],
    [`styles of ${page}`, sizeOf('.css'), CSS_KB],
  ];
});
const packed = readdirSync(join(FOLDER, 'assets')).filter((name) => name.endsWith('.gz'));
results.push(['index.html', kilobytes('index.html'), PAGE_KB]);
results.push(['all files', packed.reduce((sum, name) => sum + kilobytes(`assets/${name}`), 0), ALL_KB]);
for (const [what, size, most] of results) {
  const line = `${what}: ${size.toFixed(1)} of ${most} KB`;
  if (size <= most) console.log(line);
  else {
    console.error(line);
    process.exitCode = 1;
  }
}
