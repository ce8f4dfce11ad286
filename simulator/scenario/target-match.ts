import type { Dice } from '../random.js';
import type { Target } from './scenario.js';

/** Decides for each recipient whether a rule applies, and counts the recipients it applied to. */
export class TargetMatch {
  private readonly numbers: Set<string>;
  private readonly prefixes: string[];
  private readonly perNumber = new Map<string, number>();
  private currentHits = 0;

  constructor(private readonly target: Target) {
    this.numbers = new Set(target.numbers.filter((number) => !number.endsWith('*')));
    this.prefixes = target.numbers
      .filter((number) => number.endsWith('*'))
      .map((number) => number.slice(0, -1));
  }

  hits(recipient: string, dice: Dice): boolean {
    const { share, times, timesPerNumber } = this.target;
    // Always rolled: one rule's numbers or counts must not shift the dice of later decisions.
    const chosen = dice.chance(share);
    if (!chosen || !this.isMeant(recipient) || (times !== null && this.currentHits >= times)) return false;
    if (timesPerNumber !== null) {
      const before = this.perNumber.get(recipient) ?? 0;
      if (before >= timesPerNumber) return false;
      this.perNumber.set(recipient, before + 1);
    }
    this.currentHits += 1;
    return true;
  }

  private isMeant(recipient: string): boolean {
    if (this.target.numbers.length === 0) return true;
    return this.numbers.has(recipient) || this.prefixes.some((prefix) => recipient.startsWith(prefix));
  }
}
