import { seededTemplates } from './seeded-templates.js';
import { slotsOf, type TemplateSlots } from './template-slots.js';
import type { Template } from './template.js';

/** The templates of the account. Name and language identify one; the id belongs to the pair. */
export class TemplateShelf {
  private readonly byId = new Map<string, Template>();
  private readonly byName = new Map<string, Template[]>();
  private readonly currentSlots = new Map<Template, TemplateSlots>();
  private nextId = 1_123_456_789_012_340n;

  constructor() {
    for (const template of seededTemplates()) this.put(template);
  }

  get(id: string): Template | undefined {
    return this.byId.get(id);
  }

  named(name: string): Template[] {
    return this.byName.get(name) ?? [];
  }

  find(name: string, language: string): Template | undefined {
    return this.named(name).find((template) => template.language === language);
  }

  all(): Template[] {
    return [...this.byId.values()];
  }

  slots(template: Template): TemplateSlots {
    let slots = this.currentSlots.get(template);
    if (slots === undefined) this.currentSlots.set(template, (slots = slotsOf(template)));
    return slots;
  }

  newId(): string {
    this.nextId += 1n;
    return String(this.nextId);
  }

  put(template: Template): void {
    this.byId.set(template.id, template);
    const others = this.named(template.name).filter(({ id }) => id !== template.id);
    this.byName.set(template.name, [...others, template]);
    this.currentSlots.delete(template);
  }

  remove({ id, name }: Template): void {
    this.byId.delete(id);
    const others = this.named(name).filter((template) => template.id !== id);
    if (others.length === 0) this.byName.delete(name);
    else this.byName.set(name, others);
  }
}
