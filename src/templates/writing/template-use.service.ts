import type { EntityManager } from 'typeorm';

export interface UsedTemplate {
  organizationId: string;
  businessAccountId: string;
  name: string;
  /** Null: in any language. */
  language: string | null;
}

/**
 * Which campaigns send a template. They stand above the templates, so they implement this class instead of being
 * imported here.
 */
export abstract class TemplateUse {
  /** The names of campaigns that are running, or of all that have started or have a start, newest first. */
  abstract campaignNames(
    tx: EntityManager,
    template: UsedTemplate,
    when: 'running' | 'not-ended',
  ): Promise<string[]>;
}
