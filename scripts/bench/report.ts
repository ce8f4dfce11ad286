/** The result of one run: both sides, and how they compare. */
export interface Finding {
  rows: number;
  /** The product's side. */
  product: Figures;
  /** What it is compared with. Undefined: only the goal. */
  beside: Figures | undefined;
  /** Product to beside, as the goal counts it. */
  ratio: number | undefined;
  goals: Goal[];
  details?: Record<string, unknown>;
}

type Figures = { what: string } & Record<string, unknown>;

interface Goal {
  what: string;
  /** `<= 1.3`, `>= 1000`. */
  goal: string;
  measured: number;
  met: boolean;
}

export const atMost = (what: string, limit: number, measured: number): Goal => ({
  what,
  goal: `<= ${limit}`,
  measured: rounded(measured),
  met: measured <= limit,
});

export const atLeast = (what: string, limit: number, measured: number): Goal => ({
  what,
  goal: `>= ${limit}`,
  measured: rounded(measured),
  met: measured >= limit,
});

/** One line of JSON, numbers to four significant digits: more would only look exact. */
export function reportLine(
  benchmark: string,
  { rows, product, beside, ratio, goals, details }: Finding,
  circumstances: Record<string, unknown>,
): string {
  return JSON.stringify(
    {
      benchmark,
      rows,
      product,
      beside: beside ?? null,
      ratio: ratio ?? null,
      goals,
      met: goals.every(({ met }) => met),
      ...(details === undefined ? {} : { details }),
      ...circumstances,
    },
    (_, value: unknown) => (typeof value === 'number' ? rounded(value) : value),
  );
}

function rounded(value: number): number {
  return Number.isInteger(value) ? value : Number(value.toPrecision(4));
}

/** The value below which the share `q` of all values lies. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? Number.NaN;
}

/** Of an even number of values: the middle between the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] ?? Number.NaN) + (sorted[Math.ceil(middle)] ?? Number.NaN)) / 2;
}
