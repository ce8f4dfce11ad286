/** A recipient with every value that can fill a message. */
export interface SampleRecipient {
  id: string;
  phoneNumber: string;
  name: string | null;
  variables: Record<string, unknown> | null;
  customer: Record<string, unknown> | null;
}

export function valuesOf(
  recipient: Omit<SampleRecipient, 'id' | 'phoneNumber'> & { id?: string | undefined },
): { variables: unknown; customer: unknown; unit: string | undefined } {
  const name = recipient.name ?? recipient.customer?.['name'];
  const customer = { ...recipient.customer, ...(name === undefined ? {} : { name }) };
  const own = recipient.variables ?? {};
  return { variables: name === undefined ? own : { name, ...own }, customer, unit: recipient.id };
}
