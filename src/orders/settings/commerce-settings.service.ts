import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import { invalidFields } from '../../platform/http/validation.js';
import { DomainError, type FieldError } from '../../rules/errors/domain-error.js';
import { Templates } from '../../templates/api/templates.service.js';
import {
  changed,
  type CommerceSettings,
  type CommerceSettingsChanges,
  ORDER_EVENTS,
  unknownPlaceholders,
  withDefaults,
} from './commerce-settings.js';
import * as queries from './commerce-settings.queries.js';

interface NamedTemplate {
  templateName?: string | null;
  templateLanguage?: string | null;
}

/** How a shop sells: what confirms an order, how long stock is kept for it, what customers are told. */
@Injectable()
export class CommerceSettingsStore {
  constructor(
    private readonly database: Database,
    private readonly templates: Templates,
    private readonly clock: Clock,
  ) {}

  async get(organizationId: string, db: EntityManager = this.database.manager): Promise<CommerceSettings> {
    return withDefaults(await queries.findSettings(db, organizationId));
  }

  async update(organizationId: string, changes: CommerceSettingsChanges): Promise<CommerceSettings> {
    assertTexts(changes);
    await this.assertTemplates(organizationId, changes);
    return this.database.transaction(async (tx) => {
      const now = this.clock.now();
      const settings = changed(await queries.lockSettings(tx, organizationId, now), changes);
      await queries.writeSettings(tx, organizationId, settings, now);
      return withDefaults(settings);
    });
  }

  /** Before the transaction: an unknown template may be new, so Meta may be asked for it. */
  private async assertTemplates(organizationId: string, changes: CommerceSettingsChanges): Promise<void> {
    const messages = ORDER_EVENTS.flatMap((event) => changes.messages?.[event] ?? []);
    for (const message of [...messages, ...(changes.paymentReminders ?? [])]) {
      await this.assertTemplate(organizationId, message, 'UTILITY');
    }
    for (const reminder of changes.cartReminders ?? []) {
      await this.assertTemplate(organizationId, reminder, 'MARKETING');
    }
  }

  private async assertTemplate(
    organizationId: string,
    { templateName, templateLanguage }: NamedTemplate,
    category: 'UTILITY' | 'MARKETING',
  ): Promise<void> {
    if (typeof templateName !== 'string') return;
    const template = await this.templates.findTemplate(
      organizationId,
      templateName,
      templateLanguage ?? 'en',
    );
    if (category === 'UTILITY' && template.category !== 'UTILITY') {
      const detail = `The template ${templateName} is ${template.category}. News of an order needs a UTILITY template.`;
      throw new DomainError('rule', 'template_not_utility', detail);
    }
    if (template.status !== 'APPROVED') {
      const detail = `The template ${templateName} is ${template.status}. Only an APPROVED one can be sent.`;
      throw new DomainError('rule', 'template_not_approved', detail);
    }
  }
}

function assertTexts({
  messages = {},
  cartReminders = [],
  paymentReminders = [],
}: CommerceSettingsChanges): void {
  const texts: [string, string | null | undefined][] = [
    ...ORDER_EVENTS.map((event): [string, string | undefined] => [
      `messages.${event}.text`,
      messages[event]?.text,
    ]),
    ...cartReminders.map(({ text }, n): [string, string | null] => [`cartReminders.${n}.text`, text]),
    ...paymentReminders.map(({ text }, n): [string, string | null] => [`paymentReminders.${n}.text`, text]),
  ];
  const errors = texts.flatMap(([field, text]): FieldError[] => {
    const [unknown] = unknownPlaceholders(text ?? '');
    return unknown === undefined ? [] : [{ field, message: `has no value for {{${unknown}}}` }];
  });
  if (errors.length > 0) throw invalidFields(errors);
}
