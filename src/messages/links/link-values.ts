import { type Destination, addressOf } from '../../links/destination.js';
import { NO_UNIT } from '../../links/link-token.js';
import { compileText } from '../../templates/rendering/expression.js';
import { type RecipientValues, startFilling } from '../../templates/rendering/filling.js';
import { parameterText } from '../../templates/rendering/parameter-text.js';

/** A tracked link in its place of a message. */
export interface PlacedLink {
  place: string;
  number: number;
}

export interface LinkWriter {
  links: readonly PlacedLink[];
  /** Before the token. */
  prefix: string;
  token: (target: { unit: string; number: number }) => string;
}

/** The values with those of the tracked places. Without a unit the addresses lead on and count for nobody. */
export function withLinkValues<T extends RecipientValues>(
  values: T,
  { links, prefix, token }: LinkWriter,
  unit: string | undefined,
): T {
  if (links.length === 0) return values;
  const variables = { ...namedValues(values.variables) };
  for (const { place, number } of links) {
    const end = token({ unit: unit ?? NO_UNIT, number });
    variables[place] = place.includes('.') ? end : prefix + end;
  }
  return { ...values, variables };
}

function namedValues(variables: unknown): Record<string, unknown> {
  if (Array.isArray(variables))
    return Object.fromEntries(variables.map((value: unknown, index) => [String(index + 1), value]));
  return typeof variables === 'object' && variables !== null ? (variables as Record<string, unknown>) : {};
}

/** Where a link leads for these values. A value that is empty counts as missing, so the fallback is used. */
export function addressFor(destination: Destination, values: RecipientValues, defaults?: unknown): string {
  const own = namedValues(values.variables);
  const given = typeof defaults === 'object' && defaults !== null ? namedValues(defaults) : {};
  const filling = startFilling({ ...values, variables: { ...given, ...own } });
  return addressOf(destination, (hole) => parameterText(compileText(hole)(filling)));
}
