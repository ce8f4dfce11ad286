export type WarningCode = 'us_marketing_restricted' | 'unsubscribed';

export interface InvalidRecipient {
  /** As it was given. */
  input: string;
  reason: string;
  /** Where it stands in the file it came from. */
  line?: number;
}

/** What became of a list of recipients: every one of them is added, a duplicate or invalid. */
export interface AddResult {
  added: number;
  duplicates: number;
  /** The first of them; `invalidCount` is how many there are. */
  invalid: InvalidRecipient[];
  invalidCount: number;
  /** Of those added. */
  warnings: { code: WarningCode; count: number }[];
}

/** What the database says of the rows it was given. */
export interface InsertedCounts {
  added: number;
  restricted: number;
  unsubscribed: number;
}

/** A list of a million wrong numbers must neither fill the memory nor the answer. */
export const MAX_INVALID = 1_000;
const MAX_SHOWN_INPUT = 100;

/** Adds up the result while a list goes by. */
export class AddTally {
  private added = 0;
  private valid = 0;
  private restricted = 0;
  private unsubscribed = 0;
  private invalidCount = 0;
  private readonly invalid: InvalidRecipient[] = [];

  refuse({ input, ...why }: InvalidRecipient): void {
    this.invalidCount++;
    if (this.invalid.length === MAX_INVALID) return;
    this.invalid.push({ input: shown(input), ...why });
  }

  /** `valid` were given; how many of them were new? */
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

/** Cut without leaving half of a character. */
function shown(input: string): string {
  return input.length > MAX_SHOWN_INPUT ? `${input.slice(0, MAX_SHOWN_INPUT).toWellFormed()}…` : input;
}
