import type { FieldError } from '../../rules/errors/domain-error.js';
import { isLongerThan } from '../rendering/parameter-text.js';

/** Collects what is wrong with a template, each with the place where it stands: `components.2.buttons.0.url`. */
export class LintReport {
  readonly errors: FieldError[] = [];
  readonly warnings: FieldError[] = [];

  error(field: string, message: string): void {
    this.errors.push({ field, message });
  }

  warn(field: string, message: string): void {
    this.warnings.push({ field, message });
  }

  /** A text that must be there, on one line unless lines are allowed. */
  text(field: string, value: unknown, limit: number, { lines = false } = {}): value is string {
    if (typeof value !== 'string' || value.trim() === '') {
      this.error(field, 'is required');
      return false;
    }
    if (isLongerThan(value, limit)) this.error(field, `may have at most ${limit} characters`);
    if (!lines && /[\r\n]/.test(value)) this.error(field, 'must be on one line');
    return true;
  }
}
