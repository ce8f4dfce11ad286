import type { Clock } from '../../src/platform/clock/clock.js';
import { GraphError } from '../graph/graph-error.js';
import type { Template } from './template.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const CREATIONS_AN_HOUR = 100;
const EDITS_A_MONTH = 10;

/** How often templates may be created and edited, and which names are blocked after a deletion. */
export class TemplateLimits {
  private created: number[] = [];
  private readonly edited = new Map<string, number[]>();
  private readonly deleted = new Map<string, number>();

  constructor(private readonly clock: Clock) {}

  countCreation(): void {
    const now = this.clock.now().getTime();
    this.created = this.created.filter((at) => at > now - HOUR_MS);
    if (this.created.length >= CREATIONS_AN_HOUR) throw tooMany('Templates are created too often', 2388019);
    this.created.push(now);
  }

  /** Of approved templates only. */
  countEdit({ id, status }: Template): void {
    if (status !== 'APPROVED') return;
    const now = this.clock.now().getTime();
    const times = (this.edited.get(id) ?? []).filter((at) => at > now - 30 * DAY_MS);
    if (times.length >= EDITS_A_MONTH || times.some((at) => at > now - DAY_MS))
      throw tooMany('An approved template takes one edit a day and ten in 30 days', 2388026);
    this.edited.set(id, [...times, now]);
  }

  /** The name of an approved template stays blocked for 30 days. */
  noteDeletion({ name, language, status }: Template): void {
    if (status === 'APPROVED') this.deleted.set(`${name} ${language}`, this.clock.now().getTime());
  }

  checkName(name: string, language: string): void {
    const at = this.deleted.get(`${name} ${language}`);
    if (at === undefined || at <= this.clock.now().getTime() - 30 * DAY_MS) return;
    throw new GraphError(
      100,
      `New ${language} content can't be added while the existing ${language} content is being deleted. Try again in 4 weeks.`,
      { subcode: 2388023 },
    );
  }
}

function tooMany(details: string, subcode: number): GraphError {
  return new GraphError(80008, details, { subcode });
}
