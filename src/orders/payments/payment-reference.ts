const LONGEST = 35;

/** The name of one request, once for ever: for Meta, for Razorpay and for PayU. */
export function paymentReference(orderNumber: string, attempt: number, orderId: string): string {
  const reference = `${orderNumber}-${attempt}-${orderId.slice(-6).toUpperCase()}`;
  if (reference.length > LONGEST || !/^[A-Za-z0-9._-]+$/.test(reference)) {
    throw new RangeError(`${reference} cannot name a payment`);
  }
  return reference;
}

/** Opens the payment in an app of the customer's. No gateway hears of it. */
export function upiLink(
  vpa: string,
  { payee, reference, amount, note }: { payee: string; reference: string; amount: string; note: string },
): string {
  const parts = { pa: vpa, pn: payee, tr: reference, tn: note, am: amount, cu: 'INR' };
  const query = Object.entries(parts).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  return `upi://pay?${query.join('&')}`;
}
