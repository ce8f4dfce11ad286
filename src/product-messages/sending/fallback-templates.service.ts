import { Injectable } from '@nestjs/common';
import { DomainError } from '../../rules/errors/domain-error.js';
import { Templates } from '../../templates/api/templates.service.js';
import type { WhatsappTemplate } from '../../templates/api/whatsapp-template.entity.js';
import {
  compileTemplate,
  renderTemplate,
  type RenderedTemplate,
} from '../../templates/rendering/render-template.js';
import { type MessagePayload, templateMessage } from '../../whatsapp/payloads/message-payload.js';
import { productsIn, type ProductNames, withSkus } from '../templates/component-products.js';
import { TemplateProducts } from '../templates/template-products.service.js';
import type { Addressee } from './addressees.service.js';
import type { Offer } from './offers.service.js';

export interface FallbackTemplate {
  name: string;
  language: string;
  variables?: Record<string, unknown> | undefined;
}

/** The template that goes when the service window is closed. It is checked before anything is queued. */
@Injectable()
export class FallbackTemplates {
  constructor(
    private readonly templates: Templates,
    private readonly products: TemplateProducts,
  ) {}

  async fill(
    { organizationId, senderId, catalog }: Offer,
    wanted: FallbackTemplate,
    { phone, customer }: Addressee,
  ): Promise<{ payload: MessagePayload; category: 'MARKETING' | 'UTILITY' | 'AUTHENTICATION' }> {
    const { name, language } = wanted;
    const template = await this.templates.findTemplate(organizationId, name, language, senderId);
    if (template.status !== 'APPROVED') {
      const detail = `The template ${name} is ${template.status}: only an approved template can be sent.`;
      throw new DomainError('rule', 'template_not_approved', detail);
    }
    const catalogId = catalog.metaCatalogId;
    const rendered = render(template, wanted, { customer, catalogId });
    if (!rendered.ok) throw incomplete(rendered);
    const names = await this.namesIn(organizationId, senderId, rendered.components, catalogId);
    const components = withSkus(rendered.components, names);
    const payload = templateMessage({ to: { phone } }, { name, language, components });
    return { payload, category: categoryOf(template) };
  }

  private async namesIn(
    organizationId: string,
    senderId: string,
    components: readonly object[],
    metaCatalogId: string | null,
  ): Promise<ProductNames> {
    const references = productsIn(components);
    if (references.length === 0) return { skus: new Map(), metaCatalogId };
    const { refused } = await this.products.check(organizationId, senderId, references);
    if (refused.length > 0) {
      const errors = refused.map(({ reference, message }) => ({
        field: 'fallbackTemplate.variables',
        message: `${reference} ${message}`,
      }));
      const detail = errors.map(({ message }) => message).join('; ');
      throw new DomainError('rule', 'product_not_sendable', detail, { errors });
    }
    const { skus } = await this.products.namesOf(organizationId, senderId, references);
    return { skus, metaCatalogId };
  }
}

function render(
  { components, parameterFormat }: WhatsappTemplate,
  { variables = {} }: FallbackTemplate,
  { customer, catalogId }: { customer: Addressee['customer']; catalogId: string | null },
): RenderedTemplate {
  const compiled = compileTemplate(components, { parameterFormat, defaults: variables, catalogId });
  return renderTemplate(compiled, { customer });
}

function incomplete({ problems }: Extract<RenderedTemplate, { ok: false }>): DomainError {
  const errors = problems.map(({ component, name, detail }) => ({
    field: `fallbackTemplate.variables.${name}`,
    message: `${component}: ${detail}`,
  }));
  const detail = 'The template cannot be filled. Give the values in fallbackTemplate.variables.';
  return new DomainError('rule', 'variables_missing', detail, { errors });
}

function categoryOf({ category }: WhatsappTemplate): 'MARKETING' | 'UTILITY' | 'AUTHENTICATION' {
  return category === 'UTILITY' || category === 'AUTHENTICATION' ? category : 'MARKETING';
}
