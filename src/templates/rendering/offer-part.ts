import { type Part } from './card-part.js';
import { openSlot, type SlotScope } from './slot.js';

/** Anything smaller is a time in seconds, which Meta would take for January 1970. */
const FIRST_MILLISECONDS = 1_000_000_000_000;

function milliseconds(text: string): number | null {
  const ms = /^\d{1,15}$/.test(text) ? Number(text) : Date.parse(text);
  return ms >= FIRST_MILLISECONDS ? ms : null;
}

export function compileOffer(scope: SlotScope): Part {
  const keys = ['offer.expires_at', 'limited_time_offer', 'expiration_time_ms'];
  const slot = openSlot(scope, {
    component: 'offer',
    index: null,
    name: 'expires_at',
    kind: 'instant',
    keys,
  });
  return {
    type: 'limited_time_offer',
    index: null,
    fill: (filling) => {
      const text = slot.text(filling);
      const expiration = text === undefined ? null : milliseconds(text);
      if (text === undefined) slot.missing(filling);
      else if (expiration === null)
        slot.refuse(filling, 'invalid', 'this is neither an ISO time nor milliseconds');
      if (expiration === null) return null;
      const offer = { expiration_time_ms: expiration };
      const parameters: [{ type: 'limited_time_offer'; limited_time_offer: typeof offer }] = [
        { type: 'limited_time_offer', limited_time_offer: offer },
      ];
      return { type: 'limited_time_offer', parameters };
    },
  };
}
