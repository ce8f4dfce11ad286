interface Units {
  quantity: number;
  fulfilledQuantity: number;
  cancelledQuantity: number;
  returnedQuantity: number;
}

/** Still to be sent. */
export const unitsLeft = ({ quantity, fulfilledQuantity, cancelledQuantity }: Units): number =>
  quantity - fulfilledQuantity - cancelledQuantity;

/** What money can be given back for: neither cancelled nor returned. */
export const unitsHeld = ({ quantity, cancelledQuantity, returnedQuantity }: Units): number =>
  quantity - cancelledQuantity - returnedQuantity;

/** Whole numbers from 0, as a person types them. */
export const typedCount = (text: string): number | undefined =>
  /^\s*\d{1,5}\s*$/.test(text) ? Number(text) : undefined;
