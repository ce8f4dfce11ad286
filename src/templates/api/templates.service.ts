import { Injectable } from '@nestjs/common';
import { type EntityManager, In } from 'typeorm';
import { Database } from '../../platform/database/database.js';
import { Scoped } from '../../platform/database/scoped.js';
import { DomainError, notFound } from '../../rules/errors/domain-error.js';
import type { PageRequest } from '../../platform/http/paging.js';
import { BusinessAccounts } from '../../whatsapp/graph/business-accounts.js';
import { TemplateSync } from '../sync/template-sync.service.js';
import type { TemplateFilter } from './templates.queries.js';
import * as queries from './templates.queries.js';
import { WhatsappTemplate } from './whatsapp-template.entity.js';

const META_NAME = /^[a-z0-9_]{1,512}$/i;

@Injectable()
export class Templates {
  constructor(
    private readonly database: Database,
    private readonly accounts: BusinessAccounts,
    private readonly templateSync: TemplateSync,
  ) {}

  async list(
    organizationId: string,
    filter: TemplateFilter,
    page: PageRequest,
  ): Promise<[WhatsappTemplate[], number]> {
    const { ids, total } = await queries.findIds(this.database.manager, organizationId, filter, page);
    const found = await this.templatesOf(organizationId).list({ where: { id: In(ids) } });
    const byId = new Map(found.map((template) => [template.id, template]));
    return [ids.flatMap((id) => byId.get(id) ?? []), total];
  }

  /** A name in all its languages, or in one; deleted ones too, because a campaign of last year may name them. */
  async get(organizationId: string, name: string, language?: string): Promise<WhatsappTemplate[]> {
    // Other text that a path can hold, such as NUL, cannot be the name of a template.
    if (!META_NAME.test(name)) throw notFound('template', name.slice(0, 100));
    const templates = await this.templatesOf(organizationId).list({
      where: { name, ...(language === undefined ? {} : { language }) },
      order: { language: 'ASC', id: 'ASC' },
    });
    if (templates.length > 0) return templates;
    throw notFound('template', language === undefined ? name : `${name} in ${language}`);
  }

  /**
   * What a campaign is about to send from a sender, or from the default one. An unknown template may have been
   * created at Meta a moment ago, so Meta is asked before it is rejected. The caller judges its status.
   */
  async findTemplate(
    organizationId: string,
    name: string,
    language: string,
    senderId?: string,
  ): Promise<WhatsappTemplate> {
    const account = await this.accounts.ofSender(organizationId, senderId);
    const { businessAccountId } = account;
    const known = await this.named(organizationId, businessAccountId, name);
    const found = inLanguage(known, language);
    if (found !== undefined) return found;
    const failure = await this.templateSync.syncForUnknown(account);
    const listed = await this.named(organizationId, businessAccountId, name);
    const foundNow = inLanguage(listed, language);
    if (foundNow !== undefined) return foundNow;
    // An account without any template is more likely one whose templates we may not see.
    if (failure === null && !(await this.hasAny(organizationId, businessAccountId))) {
      const detail = 'Meta lists no templates at all for this account, so it is left to Meta to judge.';
      throw new DomainError('rule', 'templates_unreadable', detail);
    }
    throw unknownTemplate(name, language, listed.filter(isThere), failure);
  }

  /** A template that was found earlier, as its row says inside this transaction. */
  async current(tx: EntityManager, known: WhatsappTemplate): Promise<WhatsappTemplate> {
    const { organizationId, id } = known;
    const [row] = await new Scoped(tx, WhatsappTemplate, organizationId, 'template').list({ where: { id } });
    return row ?? known;
  }

  private async hasAny(organizationId: string, businessAccountId: string): Promise<boolean> {
    const some = await this.templatesOf(organizationId).list({ where: { businessAccountId }, take: 1 });
    return some.length > 0;
  }

  private async named(
    organizationId: string,
    businessAccountId: string,
    name: string,
  ): Promise<WhatsappTemplate[]> {
    return this.templatesOf(organizationId).list({
      where: { businessAccountId, name },
      order: { language: 'ASC' },
    });
  }

  private templatesOf(organizationId: string): Scoped<WhatsappTemplate> {
    return new Scoped(this.database.manager, WhatsappTemplate, organizationId, 'template');
  }
}

const isThere = ({ status }: WhatsappTemplate): boolean => status !== 'DELETED';

function inLanguage(templates: WhatsappTemplate[], language: string): WhatsappTemplate | undefined {
  return templates.find((template) => template.language === language && isThere(template));
}

function unknownTemplate(
  name: string,
  language: string,
  others: WhatsappTemplate[],
  failure: string | null,
): DomainError {
  const languages = others.map((template) => template.language).join(', ');
  const exists =
    others.length === 0
      ? `There is no template ${name}.`
      : `The template ${name} exists in ${languages}, not in ${language}.`;
  const caveat = failure === null ? '' : ` The templates could not be listed just now: ${failure}`;
  const code = failure === null ? 'template_unknown' : 'templates_unreadable';
  return new DomainError('rule', code, exists + caveat);
}
