import type { OrderLine } from '../customers/customer-replies.js';
import type { Dice } from '../random.js';
import type { Catalogs } from './catalogs.js';
import { majorUnits } from './price.js';

/** One or two products of the connected catalog; nothing while it is empty. */
export function pickOrder(
  catalogs: Catalogs,
  dice: Dice,
): [catalogId: string, lines: OrderLine[]] | undefined {
  const catalog = catalogs.connected;
  const offers = [...(catalog?.products.values() ?? [])].flatMap(({ retailerId, price }) =>
    price === undefined ? [] : [{ retailerId, price: majorUnits(price), currency: price.currency }],
  );
  if (catalog === undefined || offers.length === 0) return undefined;
  const start = Math.floor(dice.roll() * offers.length);
  const chosen = [...offers.slice(start), ...offers.slice(0, start)].slice(0, dice.chance(0.5) ? 1 : 2);
  return [catalog.id, chosen.map((offer) => ({ ...offer, quantity: 1 + Math.floor(dice.roll() * 3) }))];
}
