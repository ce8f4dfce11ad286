import { type Component, isComponent, textIn } from './template-draft.js';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

function assetOf(component: unknown): string | undefined {
  if (!isComponent(component) || !isComponent(component['example'])) return undefined;
  const asset = textIn(component['example']['asset']);
  return UUID.test(asset) ? asset.toLowerCase() : undefined;
}

function cardsOf(component: Component): unknown[] {
  return Array.isArray(component['cards']) ? component['cards'] : [];
}

/** The assets that headers show as examples, in cards too. */
export function exampleAssets(components: readonly unknown[]): string[] {
  const found = components.flatMap((component) => {
    const own = assetOf(component);
    if (!isComponent(component)) return [];
    const inCards = cardsOf(component).flatMap((card) =>
      isComponent(card) && Array.isArray(card['components']) ? exampleAssets(card['components']) : [],
    );
    return [...(own === undefined ? [] : [own]), ...inCards];
  });
  return [...new Set(found)];
}

/** The components as Meta takes them: with the handle of an upload where they name an asset. */
export function withHandles(
  components: readonly unknown[],
  handles: ReadonlyMap<string, string>,
): Component[] {
  return components.filter(isComponent).map((component) => {
    const handle = handles.get(assetOf(component) ?? '');
    const cards = component['cards'];
    return {
      ...component,
      ...(handle === undefined ? {} : { example: { header_handle: [handle] } }),
      ...(Array.isArray(cards)
        ? {
            cards: cards.map((card: unknown) =>
              isComponent(card) && Array.isArray(card['components'])
                ? { ...card, components: withHandles(card['components'], handles) }
                : card,
            ),
          }
        : {}),
    };
  });
}
