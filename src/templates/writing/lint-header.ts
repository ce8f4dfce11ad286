import type { ExampleKind } from '../../whatsapp/media/example-files.js';
import type { LintReport } from './lint-report.js';
import { HEADER_EXAMPLES, lintVariables } from './lint-text.js';
import { type Component, isComponent, textIn } from './template-draft.js';

export const HEADER_LIMIT = 60;

export type KnownAssets = ReadonlyMap<string, ExampleKind>;

/** The kind of asset that shows what each format will hold. */
const EXAMPLE_OF: Readonly<Record<string, ExampleKind>> = {
  IMAGE: 'image',
  VIDEO: 'video',
  GIF: 'video',
  DOCUMENT: 'document',
};

export function formatOf({ format }: Component): string {
  return textIn(format).toUpperCase();
}

export interface HeaderRules {
  formats: readonly string[];
  parameterFormat: string | undefined;
  assets: KnownAssets;
}

export function lintHeader(
  report: LintReport,
  component: Component,
  field: string,
  { formats, parameterFormat, assets }: HeaderRules,
): void {
  const format = formatOf(component);
  if (!formats.includes(format)) {
    report.error(`${field}.format`, `must be one of ${formats.join(', ')}`);
    return;
  }
  if (format === 'TEXT') {
    if (!report.text(`${field}.text`, component['text'], HEADER_LIMIT)) return;
    const names = lintVariables(report, component, field, HEADER_EXAMPLES, parameterFormat);
    if (names.length > 1) report.error(`${field}.text`, 'may have one variable');
    return;
  }
  const kind = EXAMPLE_OF[format];
  if (kind !== undefined) lintExample(report, component, `${field}.example`, kind, assets);
}

function lintExample(
  report: LintReport,
  component: Component,
  field: string,
  kind: ExampleKind,
  assets: KnownAssets,
): void {
  const example = isComponent(component['example']) ? component['example'] : {};
  const [handle] = Array.isArray(example['header_handle']) ? (example['header_handle'] as unknown[]) : [];
  if (textIn(handle) !== '') return;
  const asset = textIn(example['asset']).toLowerCase();
  if (asset === '') {
    report.error(field, `needs an example: {"asset": "<id>"} of a ${kind} in /api/whatsapp/media`);
    return;
  }
  const known = assets.get(asset);
  if (known === undefined)
    report.error(`${field}.asset`, 'does not name a media asset: upload the file first');
  else if (known !== kind) report.error(`${field}.asset`, `is of kind ${known}, and must be of kind ${kind}`);
}
