import { customersWords } from '../../../messages/customers.ts';
import { useTimes } from '../../features/zone/zone.ts';
import { Loaded } from '../../ui/block/loaded.tsx';
import { useWords } from '../../ui/language/language.tsx';
import { Timeline } from '../../ui/timeline/timeline.tsx';
import { useConsent, type ConsentEvent } from './customers.query.ts';
import { isNo } from './say-activity.ts';
import styles from './customer.module.css';

export function ConsentHistory({ id }: { id: string }) {
  const words = useWords(customersWords).one;
  const { at } = useTimes();
  const consent = useConsent(id);
  return (
    <Loaded query={consent} what={words.consent} lines={3}>
      {(events) =>
        events.length === 0 ? (
          <p>{words.consentNone}</p>
        ) : (
          <Timeline
            label={words.consent}
            moments={events.map((event) => ({
              key: event.id,
              time: at(event.occurredAt, 'dayTime'),
              text: words.consentKinds[event.kind],
              tone: isNo(event.kind) ? 'bad' : 'ok',
              details: <Evidence event={event} />,
            }))}
          />
        )
      }
    </Loaded>
  );
}

function Evidence({ event: { source, evidence } }: { event: ConsentEvent }) {
  const words = useWords(customersWords).one;
  const said = evidence['text'] ?? evidence['consentText'];
  const where = evidence['consentSource'];
  return (
    <>
      <p className={styles.muted} dir="auto">
        {words.source(typeof where === 'string' ? where : source)}
      </p>
      {typeof said === 'string' && said !== '' ? (
        <p className={styles.muted} dir="auto">
          {words.words(said)}
        </p>
      ) : null}
    </>
  );
}
