import type { Clock } from '../../src/platform/clock/clock.js';
import type { ScenarioBook } from '../scenario/scenario-book.js';
import type { Timeline } from '../timeline.js';
import type { WebhookOutbox } from '../webhooks/webhook-outbox.js';
import { ValueUpdate } from '../webhooks/webhook-update.js';
import type { Template, TemplateStatus } from './template.js';

/** Meta's review of templates: each change of state is reported to the app. */
export class TemplateReview {
  constructor(
    private readonly wabaId: string,
    private readonly clock: Clock,
    private readonly book: ScenarioBook,
    private readonly timeline: Timeline,
    private readonly outbox: WebhookOutbox,
  ) {}

  submit(template: Template): void {
    const { outcome, delayMs } = this.book.current.templateReview;
    if (outcome === 'wait') return;
    this.timeline.after(delayMs, () => {
      if (template.status !== 'PENDING') return;
      template.rejectedReason = outcome === 'reject' ? 'INCORRECT_CATEGORY' : 'NONE';
      this.move(template, outcome === 'reject' ? 'REJECTED' : 'APPROVED');
    });
  }

  move(template: Template, status: TemplateStatus, title?: string): void {
    template.status = status;
    const pauseTitle =
      title ?? (status === 'PAUSED' ? 'FIRST_PAUSE' : status === 'DISABLED' ? 'DISABLED' : undefined);
    this.tell(template, 'message_template_status_update', {
      event: status,
      reason: template.rejectedReason,
      message_template_category: template.category,
      ...(pauseTitle === undefined
        ? {}
        : { other_info: { title: pauseTitle, description: `Template ${template.name}` } }),
    });
  }

  rate(template: Template, score: Template['quality']): void {
    const previous = template.quality;
    template.quality = score;
    this.tell(template, 'message_template_quality_update', {
      previous_quality_score: previous,
      new_quality_score: score,
    });
  }

  recategorize(template: Template, category: Template['category']): void {
    const previous = template.category;
    template.category = category;
    this.tell(template, 'template_category_update', { previous_category: previous, new_category: category });
  }

  private tell(template: Template, field: string, details: object): void {
    const { id, name, language } = template;
    const named = JSON.stringify({
      ...details,
      message_template_name: name,
      // Hyphens in webhooks, underscores everywhere else.
      message_template_language: language.replace('_', '-'),
    });
    // Ids are JSON numbers here and may be beyond 2^53, so they are written as text.
    const value = `{"message_template_id":${id},${named.slice(1)}`;
    const seconds = Math.floor(this.clock.now().getTime() / 1000);
    this.outbox.tell(new ValueUpdate(field, field, this.wabaId, value, seconds));
  }
}
