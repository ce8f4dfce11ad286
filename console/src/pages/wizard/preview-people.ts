import { keepPreviousData, useQueries } from '@tanstack/react-query';
import { api, ask } from '../../api/client.ts';
import { keys } from '../../api/keys.ts';
import { may, useSession } from '../../api/session.ts';
import { valuesFor } from './blank.ts';
import { useAudience, type Draft, type Parameter, type PreviewOf, type Recipient } from './wizard.query.ts';

/** Somebody real, to look at the message with. */
export interface PreviewPerson {
  key: string;
  /** Null: a name is not known. */
  name: string | null;
  phoneNumber: string | null;
  body: PreviewOf;
  /** What is known of a customer; undefined for people of a list. */
  customer: Readonly<Record<string, unknown>> | undefined;
}

/** Up to three of those who will get it: of the list, or else of the customers who match now. */
export function usePreviewPeople(
  draft: Draft,
  parameters: readonly Parameter[],
  listed: readonly Recipient[],
): readonly PreviewPerson[] {
  const { targetType, segmentQuery, templateVariables } = draft;
  const query =
    listed.length > 0 ? undefined : targetType === 'all' ? null : segmentQueryOf(targetType, segmentQuery);
  const isAllowed = may(useSession(), 'customers:read');
  const audience = useAudience(isAllowed ? query : undefined);
  const sample = query === undefined ? [] : (audience.data?.sample ?? []);
  const customers = useQueries({
    queries: sample.map(({ id }) => ({
      queryKey: keys.customer(id),
      queryFn: () => ask(api.GET('/api/whatsapp/customers/{id}', { params: { path: { id } } })),
      placeholderData: keepPreviousData,
    })),
  });
  if (listed.length > 0) {
    return listed.map(({ id, name, phoneNumber }) => ({
      ...{ key: id, name, phoneNumber, body: { phoneNumber }, customer: undefined },
    }));
  }
  return customers.flatMap(({ data }) => {
    if (data === undefined) return [];
    const customer: Readonly<Record<string, unknown>> = { ...data };
    const variables = valuesFor(parameters, templateVariables, customer);
    return [{ key: data.id, name: data.name, phoneNumber: data.phoneNumber, body: { variables }, customer }];
  });
}

function segmentQueryOf(
  targetType: string,
  query: Draft['segmentQuery'],
): Record<string, unknown> | undefined {
  return targetType === 'segment' && query !== null ? query : undefined;
}
