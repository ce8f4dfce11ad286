/** Where a message names a file of ours. */
export interface NamedFile {
  asset: string;
  /** What the message says it is: `image`, `video`, `document` or `gif`. */
  format: string;
}

export interface FileAtMeta {
  id: string;
  fileName: string | null;
}

type Fields = Record<string, unknown>;

const FORMATS = ['image', 'video', 'document', 'gif'];
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

function namedIn(parameter: unknown): NamedFile | undefined {
  if (!isFields(parameter)) return undefined;
  const format = FORMATS.find((one) => isFields(parameter[one]));
  const file = format === undefined ? undefined : parameter[format];
  const asset = isFields(file) ? file['asset'] : undefined;
  if (format === undefined || typeof asset !== 'string' || !UUID.test(asset)) return undefined;
  return { asset: asset.toLowerCase(), format };
}

/** The files of ours in the header and the cards of a template message. */
export function filesIn(components: readonly unknown[]): NamedFile[] {
  return components.flatMap((component) => {
    if (!isFields(component)) return [];
    const inCards = listOf(component['cards']).flatMap((card) =>
      isFields(card) ? filesIn(listOf(card['components'])) : [],
    );
    const own = listOf(component['parameters']).flatMap((parameter) => namedIn(parameter) ?? []);
    return [...own, ...inCards];
  });
}

/** The same message with the ids that Meta knows. A document shows its own name unless the message gives another. */
export function withIds(components: readonly unknown[], idOf: (asset: string) => FileAtMeta): object[] {
  const fill = (component: unknown): object => {
    if (!isFields(component)) return {};
    const { parameters, cards } = component;
    return {
      ...component,
      ...(Array.isArray(parameters) ? { parameters: parameters.map((one) => filled(one, idOf)) } : {}),
      ...(Array.isArray(cards)
        ? {
            cards: cards.map((card: unknown) =>
              isFields(card) ? { ...card, components: withIds(listOf(card['components']), idOf) } : card,
            ),
          }
        : {}),
    };
  };
  return components.map(fill);
}

function filled(parameter: unknown, idOf: (asset: string) => FileAtMeta): unknown {
  const named = namedIn(parameter);
  if (named === undefined || !isFields(parameter)) return parameter;
  const rest = { ...(parameter[named.format] as Fields) };
  delete rest['asset'];
  const { id, fileName } = idOf(named.asset);
  const name = named.format === 'document' && fileName !== null ? { filename: fileName } : {};
  return { ...parameter, [named.format]: { id, ...name, ...rest } };
}

/** The assets that the values of a campaign name, wherever they stand. */
export function assetsNamed(...values: readonly unknown[]): string[] {
  const found = new Set<string>();
  const walk = (value: unknown, key: string): void => {
    if (typeof value === 'string') {
      const isPlace = key === 'asset' || /(^|\.)header(\.asset|\.image|\.video|\.document|\.gif)?$/.test(key);
      if (isPlace && UUID.test(value)) found.add(value.toLowerCase());
    } else if (Array.isArray(value)) {
      for (const item of value) walk(item, key);
    } else if (isFields(value)) {
      for (const [name, item] of Object.entries(value)) walk(item, name);
    }
  };
  for (const value of values) walk(value, '');
  return [...found];
}
