import { orderWords } from '../../../messages/orders.ts';
import { useSayAmount } from '../../features/money/money.tsx';
import { useTimes } from '../../features/zone/zone.ts';
import { Block } from '../../ui/block/block.tsx';
import { useWords } from '../../ui/language/language.tsx';
import { Timeline, type Moment } from '../../ui/timeline/timeline.tsx';
import { sayEntry } from './say-entry.ts';
import type { Order } from './orders.query.ts';

const BAD = new Set(['cancelled', 'failed']);
const GOOD = new Set(['completed', 'delivery', 'payment']);

export function History({ order }: { order: Order }) {
  const words = useWords(orderWords);
  const { at } = useTimes();
  const say = useSayAmount(order.currency);
  const moments = order.history.map((entry): Moment => {
    const [kind, to] = [entry.kind, entry.to ?? ''];
    const tone = BAD.has(to) ? 'bad' : GOOD.has(kind) || GOOD.has(to) ? 'ok' : 'plain';
    const notes = typeof entry.data['notes'] === 'string' ? entry.data['notes'] : undefined;
    return {
      ...{ key: entry.id, time: at(entry.at, 'dayTime'), text: sayEntry(entry, words, say), tone },
      ...(notes === undefined ? {} : { details: <p dir="auto">{notes}</p> }),
    };
  });
  return (
    <Block title={words.history.title}>
      <Timeline label={words.history.list} moments={moments} />
    </Block>
  );
}
