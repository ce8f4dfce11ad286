export type WarningCode = 'us_marketing_restricted' | 'unsubscribed';

export interface InvalidRecipient {
  /** As it was given. */
  input: string;
  reason: string;
  /** The line in its file. */
  line?: number;
}

/** The result of adding a list of recipients: each of them is added, a duplicate or invalid. */
export interface AddResult {
  added: number;
  duplicates: number;
  /** The first ones; `invalidCount` counts all. */
  invalid: InvalidRecipient[];
  invalidCount: number;
  /** About the added recipients. */
  warnings: { code: WarningCode; count: number }[];
}

/** The database's counts for the rows it was given. */
export interface InsertedCounts {
  added: number;
  restricted: number;
  unsubscribed: number;
}

/** A list of a million wrong numbers must fill neither the memory nor the response. */
export const MAX_INVALID = 1_000;
const MAX_SHOWN_INPUT = 100;

/** Adds up the result while a list is processed. */
export class AddTally {
  private added = 0;
  private valid = 0;
  private restricted = 0;
  private unsubscribed = 0;
  private invalidCount = 0;
  private readonly invalid: InvalidRecipient[] = [];

  reject({ input, ...why }: InvalidRecipient): void {
    this.invalidCount++;
    if (this.invalid.length === MAX_INVALID) return;
    this.invalid.push({ input: shown(input), ...why });
  }

  /** `valid` rows were given, and `inserted` says how many of them were new. */
  count(valid: number, inserted: InsertedCounts): void {
    this.valid += valid;
    this.added += inserted.added;
    this.restricted += inserted.restricted;
    this.unsubscribed += inserted.unsubscribed;
  }

  result(): AddResult {
    const warnings: AddResult['warnings'] = [
      { code: 'us_marketing_restricted', count: this.restricted },
      { code: 'unsubscribed', count: this.unsubscribed },
    ];
    return {
      added: this.added,
      duplicates: this.valid - this.added,
      invalid: this.invalid,
      invalidCount: this.invalidCount,
      warnings: warnings.filter(({ count }) => count > 0),
    };
  }
}

/** Truncates without leaving half a character. */
export function shown(input: string): string {
  return input.length > MAX_SHOWN_INPUT ? `${input.slice(0, MAX_SHOWN_INPUT).toWellFormed()}…` : input;
}
