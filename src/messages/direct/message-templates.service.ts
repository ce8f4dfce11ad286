import { Injectable } from '@nestjs/common';
import type { UserProfile } from '../../customers/profiles/user-profile.entity.js';
import { DomainError } from '../../rules/errors/domain-error.js';
import { MessageLinks } from '../links/message-links.service.js';
import { Templates } from '../../templates/api/templates.service.js';
import { compileTemplate, renderTemplate } from '../../templates/rendering/render-template.js';
import {
  type Envelope,
  type MessagePayload,
  templateMessage,
} from '../../whatsapp/payloads/message-payload.js';
import type { MessageCategory } from '../outbox/new-outbox-message.js';

export interface WantedTemplate {
  name: string;
  language: string;
  variables?: Record<string, unknown>;
  links?: Record<string, unknown>;
}

export interface TemplateRequest {
  messageId: string;
  senderId: string;
  envelope: Envelope;
  template: WantedTemplate;
  profile: UserProfile | null;
}

export interface FilledTemplate {
  payload: MessagePayload;
  category: MessageCategory;
  isMarketing: boolean;
}

const PRODUCT_KEYS = new Set(['product_retailer_id', 'thumbnail_product_retailer_id']);

/** Fills the template of a single message. Its category alone decides whether it is marketing. */
@Injectable()
export class MessageTemplates {
  constructor(
    private readonly templates: Templates,
    private readonly links: MessageLinks,
  ) {}

  async fill(
    organizationId: string,
    { messageId, senderId, envelope, template, profile }: TemplateRequest,
  ): Promise<FilledTemplate> {
    const { name, language, variables } = template;
    const links = this.links.read(template.links, 'template.links');
    const found = await this.templates.findTemplate(organizationId, name, language, senderId);
    if (found.status !== 'APPROVED') {
      const why = found.statusReason === null ? '' : ` (${found.statusReason})`;
      const detail = `The template ${name} is ${found.status}${why}: only an approved template can be sent.`;
      throw new DomainError('rule', 'template_not_approved', detail);
    }
    const compiled = compileTemplate(found.components, { parameterFormat: found.parameterFormat });
    const { description } = compiled;
    const refusal = await this.links.refusal(organizationId, links, { name, description, components: null });
    if (refusal !== null) throw refusal;
    const values = await this.links.valuesOf(links, {
      id: messageId,
      owner: { organizationId, kind: 'message', id: organizationId, variant: 0 },
      values: { variables, customer: customerOf(profile) },
    });
    const rendered = renderTemplate(compiled, values);
    if (!rendered.ok) {
      const errors = rendered.problems.map(({ component, name: variable, detail }) => ({
        field: `template.variables.${variable}`,
        message: `${component}: ${detail}`,
      }));
      const detail = `The template ${name} cannot be filled: ${errors[0]?.message ?? ''}`;
      throw new DomainError('rule', 'variables_missing', detail, { errors });
    }
    assertResolved(name, rendered.components, variables);
    const category = categoryOf(found.category);
    return {
      payload: templateMessage(envelope, { name, language, components: rendered.components }),
      category,
      isMarketing: category === 'MARKETING',
    };
  }
}

/** Products need a catalog, which a single message does not name. */
function assertResolved(
  name: string,
  components: readonly object[],
  variables: Record<string, unknown> = {},
): void {
  const products = productsIn(components);
  if (products.length === 0) return;
  const namesOne = (value: unknown): boolean => products.some((one) => JSON.stringify(value).includes(one));
  const named = Object.keys(variables).filter((key) => namesOne(variables[key]));
  const fields = named.length === 0 ? ['template.name'] : named.map((key) => `template.variables.${key}`);
  const message = 'names products; send it with a campaign, or as fallbackTemplate of a product message';
  const detail = `The template ${name} shows products, which single messages cannot.`;
  const errors = fields.map((field) => ({ field, message }));
  throw new DomainError('rule', 'product_not_sendable', detail, { errors });
}

function productsIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]: [string, unknown]) =>
    PRODUCT_KEYS.has(key) && typeof inner === 'string' ? [inner] : productsIn(inner),
  );
}

/** An unknown category counts as marketing. */
function categoryOf(category: string | null): MessageCategory {
  return category === 'UTILITY' || category === 'AUTHENTICATION' ? category : 'MARKETING';
}

/** The values of a template that name the customer, as in campaigns. */
function customerOf(profile: UserProfile | null): Record<string, unknown> | null {
  if (profile === null) return null;
  const { displayName: name, email, city, state, zipcode, country, customerTier, attributes } = profile;
  return {
    name,
    email,
    city,
    state,
    zipcode,
    country,
    customerTier,
    customer_tier: customerTier,
    attributes,
  };
}
