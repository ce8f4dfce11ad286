import { asInteger, asList, asObject, asText } from '../json/json-fields.js';

/** How much of an hour's budget of calls is used, in percent. */
export interface CallUsage {
  /** Business account the budget belongs to; null: the app's own. */
  businessId: string | null;
  type: string;
  callCount: number;
  totalCpuTime: number;
  totalTime: number;
  minutesToRegainAccess: number;
}

export interface RateUsage {
  budgets: CallUsage[];
  /** The fullest of all of them: slow down above about 80. */
  highestPercent: number;
}

function readJson(header: unknown): unknown {
  if (typeof header !== 'string') return undefined;
  try {
    return JSON.parse(header);
  } catch {
    return undefined;
  }
}

function readBudget(raw: unknown, businessId: string | null): CallUsage[] {
  const usage = asObject(raw);
  if (usage === undefined) return [];
  return [
    {
      businessId,
      type: asText(usage['type']) ?? 'app',
      callCount: asInteger(usage['call_count']) ?? 0,
      totalCpuTime: asInteger(usage['total_cputime']) ?? 0,
      totalTime: asInteger(usage['total_time']) ?? 0,
      minutesToRegainAccess: asInteger(usage['estimated_time_to_regain_access']) ?? 0,
    },
  ];
}

/** Reads `X-App-Usage` and `X-Business-Use-Case-Usage`, which Meta sends only after some traffic. */
export function parseRateUsage(headers: Record<string, unknown>): RateUsage | null {
  const perBusiness = asObject(readJson(headers['x-business-use-case-usage'])) ?? {};
  const budgets = [
    ...readBudget(readJson(headers['x-app-usage']), null),
    ...Object.entries(perBusiness).flatMap(([id, uses]) =>
      asList(uses).flatMap((use) => readBudget(use, id)),
    ),
  ];
  if (budgets.length === 0) return null;
  const percents = budgets.flatMap(({ callCount, totalCpuTime, totalTime }) => [
    callCount,
    totalCpuTime,
    totalTime,
  ]);
  return { budgets, highestPercent: Math.max(...percents) };
}
