import { keepPreviousData, useQuery, type UseQueryResult } from '@tanstack/react-query';
import { api, ask } from '../../api/client.ts';
import { keys } from '../../api/keys.ts';
import type { components } from '../../api/schema.d.ts';

type Schemas = components['schemas'];
export type CalendarDay = Schemas['CalendarDayDto'];

export function useCalendar(from: string, to: string): UseQueryResult<ReadonlyMap<string, CalendarDay>> {
  return useQuery({
    queryKey: keys.calendar(from, to),
    queryFn: async ({ signal }) => {
      const { days } = await ask(
        api.GET('/api/whatsapp/calendar', { signal, params: { query: { from, to } } }),
      );
      return new Map(days.map((day) => [day.date, day]));
    },
    placeholderData: keepPreviousData,
  });
}
