import { customersWords } from '../../../messages/customers.ts';
import { useWords } from '../../ui/language/language.tsx';
import { Tabs } from '../../ui/tabs/tabs.tsx';

const PLACES = { everybody: '/customers', groups: '/segments', imports: '/customers/import' } as const;

export type PeoplePlace = keyof typeof PLACES;

export function PeopleTabs({ here }: { here: PeoplePlace }) {
  const words = useWords(customersWords);
  const places: PeoplePlace[] = ['everybody', 'groups', 'imports'];
  return (
    <Tabs
      label={words.parts}
      tabs={places.map((place) => ({ to: PLACES[place], label: words[place], isCurrent: place === here }))}
    />
  );
}
