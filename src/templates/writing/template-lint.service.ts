import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { DomainError } from '../../rules/errors/domain-error.js';
import { ExampleFiles } from '../../whatsapp/media/example-files.js';
import { exampleAssets, withHandles } from './example-assets.js';
import type { LintReport } from './lint-report.js';
import { lintTemplate } from './lint-template.js';
import { type Component, type TemplateDraft, textIn, typeOf } from './template-draft.js';
import * as queries from './template-rows.queries.js';

/** Reads a template as Meta's review would, and gets its examples ready. */
@Injectable()
export class TemplateLint {
  constructor(
    private readonly database: Database,
    private readonly files: ExampleFiles,
  ) {}

  /** `businessAccountId` undefined: no account is known, so nothing can be compared with. */
  async lint(
    organizationId: string,
    draft: TemplateDraft,
    businessAccountId: string | undefined,
  ): Promise<LintReport> {
    const assets = await this.files.kinds(organizationId, exampleAssets(draft.components));
    const report = lintTemplate(draft, assets);
    if (businessAccountId === undefined) return report;
    const place = { organizationId, businessAccountId, name: draft.name, language: draft.language };
    const same = await queries.sameText(this.database.manager, place, shownTexts(draft.components));
    if (same !== undefined)
      report.warn('components', `says the same as the template ${same}: Meta may refuse it`);
    return report;
  }

  async assertClean(organizationId: string, draft: TemplateDraft): Promise<void> {
    const { errors } = await this.lint(organizationId, draft, undefined);
    if (errors.length === 0) return;
    const [first] = errors;
    const detail = `Meta would refuse this template: ${first?.field ?? ''} ${first?.message ?? ''}.`;
    throw new DomainError('rule', 'template_lint', detail, { errors });
  }

  /** The components as Meta takes them; each example is uploaded once. */
  async prepared(
    organizationId: string,
    components: readonly Component[],
    token: string,
  ): Promise<Component[]> {
    const handles = new Map<string, string>();
    for (const asset of exampleAssets(components))
      handles.set(asset, await this.files.handleOf(organizationId, asset, token));
    return withHandles(components, handles);
  }
}

/** Body and footer, in this order, which is that of their types. */
function shownTexts(components: readonly Component[]): string[] {
  return ['BODY', 'FOOTER'].flatMap((type) =>
    components.filter((component) => typeOf(component) === type).map(({ text }) => textIn(text)),
  );
}
