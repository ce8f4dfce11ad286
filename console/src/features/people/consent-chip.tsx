import { customersWords } from '../../../messages/customers.ts';
import type { components } from '../../api/schema.d.ts';
import { Chip } from '../../ui/chip/chip.tsx';
import { CheckIcon, CircleIcon, SkippedIcon, StopIcon } from '../../ui/icons.ts';
import { useWords } from '../../ui/language/language.tsx';
import { useTimes } from '../zone/zone.ts';

type Asked = Pick<
  components['schemas']['CustomerDto'],
  'isActive' | 'marketingOptIn' | 'marketingOptInAt' | 'marketingOptOutAt' | 'subscription'
>;

/** Whether a person may be written to, and since when. */
export function ConsentChip({ customer }: { customer: Asked }) {
  const words = useWords(customersWords);
  const { at } = useTimes();
  const { isActive, marketingOptIn, marketingOptInAt: yesAt, marketingOptOutAt: noAt } = customer;
  if (noAt !== null || customer.subscription === 'unsubscribed') {
    return (
      <Chip tone="warn" icon={<StopIcon aria-hidden size={14} />}>
        {noAt === null ? words.marketings.unsubscribed : words.stopped(at(noAt, 'dayYear'))}
      </Chip>
    );
  }
  if (!isActive) return <Chip icon={<SkippedIcon aria-hidden size={14} />}>{words.off}</Chip>;
  if (!marketingOptIn) return <Chip icon={<CircleIcon aria-hidden size={14} />}>{words.notAsked}</Chip>;
  return (
    <Chip tone="ok" icon={<CheckIcon aria-hidden size={14} />}>
      {yesAt === null ? words.mayBePlain : words.mayBe(at(yesAt, 'dayYear'))}
    </Chip>
  );
}
