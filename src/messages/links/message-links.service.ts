import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { OrganizationSettingsStore } from '../../access/organizations/organization-settings.service.js';
import { type LinkDefinition, readLinks } from '../../links/link-definition.js';
import { foreignHosts } from '../../links/link-hosts.js';
import { linkPrefix, LinkSettings } from '../../links/link-settings.js';
import { LinkTokens } from '../../links/link-tokens.service.js';
import { type LinkOwner, TrackedLinks } from '../../links/tracked-links.service.js';
import { invalidFields } from '../../platform/http/validation.js';
import { DomainError } from '../../rules/errors/domain-error.js';
import type { RecipientValues } from '../../templates/rendering/filling.js';
import type { TemplateDescription } from '../../templates/rendering/template-parameters.js';
import { misplacedLinks } from './judge-links.js';
import { addressFor, type LinkWriter, type PlacedLink, withLinkValues } from './link-values.js';

/** The template that has the links; null: it could not be read, so its buttons are not judged. */
export interface LinkedTemplate {
  name: string;
  description: TemplateDescription | null;
  /** The components that the caller wrote itself. */
  components: readonly unknown[] | null;
}

/** A single message, and the values that fill it. */
export interface LinkedMessage {
  id: string;
  owner: LinkOwner;
  values: RecipientValues;
}

/** Tracked links in messages: whether they can be sent, and what stands in their places. */
@Injectable()
export class MessageLinks {
  constructor(
    private readonly settings: LinkSettings,
    private readonly organizations: OrganizationSettingsStore,
    private readonly links: TrackedLinks,
    private readonly tokens: LinkTokens,
  ) {}

  /** Before the token of a tracked address. */
  get prefix(): string {
    return linkPrefix(this.settings);
  }

  /** 400 for what cannot be read. `field`: where the caller wrote it, as in `template.links`. */
  read(given: unknown, field = 'links'): LinkDefinition[] {
    const { links, faults } = readLinks(given);
    if (faults.length === 0) return links;
    throw invalidFields(faults.map((fault) => ({ ...fault, field: fault.field.replace(/^links/, field) })));
  }

  /** Why these links cannot be sent; null: they can. */
  async refusal(
    organizationId: string,
    links: readonly LinkDefinition[],
    template: LinkedTemplate,
  ): Promise<DomainError | null> {
    if (links.length === 0) return null;
    if (!this.settings.isUsable) {
      const detail =
        `Tracked links need an https address that people can open, not ${this.settings.baseUrl}: set LINK_BASE_URL ` +
        'or PUBLIC_URL.';
      return new DomainError('rule', 'links_not_configured', detail);
    }
    const { linkDomains } = await this.organizations.get(organizationId);
    const foreign = foreignHosts(links, linkDomains);
    if (foreign.length > 0) {
      const detail = `Links of this organization may not lead to ${foreign.join(', ')}: see linkDomains of its settings.`;
      return new DomainError('rule', 'link_host_not_allowed', detail);
    }
    if (template.description === null) return null;
    const { prefix } = this;
    const errors = misplacedLinks(links, template.description, { prefix, components: template.components });
    if (errors.length === 0) return null;
    const first = errors[0] ?? { field: '', message: '' };
    const detail = `The template ${template.name} cannot carry a tracked link at ${first.field}: ${first.message}.`;
    return new DomainError('rule', 'link_button_not_ours', detail, { errors });
  }

  /** For many messages with the same links. */
  writer(links: readonly PlacedLink[]): LinkWriter {
    return { links, prefix: this.prefix, token: (target) => this.tokens.token(target) };
  }

  /**
   * The values of a single message with its tracked places. Placeholders are filled now: what the message knows about the
   * person is not kept.
   */
  async valuesOf(
    links: readonly LinkDefinition[],
    { id, owner, values }: LinkedMessage,
    db?: EntityManager,
  ): Promise<RecipientValues> {
    if (links.length === 0) return values;
    const filled = links.map((link) => ({
      ...link,
      url: addressFor({ ...link, utm: {} }, values),
      fallback: null,
    }));
    return withLinkValues(values, this.writer(await this.links.use(owner, filled, db)), id);
  }
}
