import { useState } from 'react';
import { templatesWords } from '../../../messages/templates.ts';
import { useTimes } from '../../features/zone/zone.ts';
import { Block } from '../../ui/block/block.tsx';
import { Loaded } from '../../ui/block/loaded.tsx';
import { Button } from '../../ui/button/button.tsx';
import { useText, useWords } from '../../ui/language/language.tsx';
import { Timeline, type Moment } from '../../ui/timeline/timeline.tsx';
import { useHistory, type TemplateEvent } from './templates.query.ts';

const BAD = ['refused', 'rejected', 'paused', 'disabled'];
const GOOD = ['approved', 'unpaused'];

/** What was done to it here, and what Meta made of it. */
export function History({ name, language }: { name: string; language: string }) {
  const t = useText();
  const all = useWords(templatesWords);
  const words = all.one;
  const { at } = useTimes();
  const [cursor, setCursor] = useState('');
  const history = useHistory(name, language, cursor);
  const momentOf = ({ id, kind, before, after, reason, at: time }: TemplateEvent): Moment => {
    const what = words.events[kind] ?? all.states[kind.toUpperCase()] ?? kind;
    const isChange = ['category_changed', 'quality_changed'].includes(kind);
    const said = (value: string): string => all.categories[value] ?? all.qualities[value] ?? value;
    const whole =
      isChange && before !== null && after !== null
        ? words.fromTo(what, said(before), said(after))
        : reason === null
          ? what
          : words.because(what, reason);
    return {
      ...{ key: id, time: at(time, 'dayTime'), text: whole },
      tone: BAD.includes(kind) ? 'bad' : GOOD.includes(kind) ? 'ok' : 'plain',
    };
  };
  return (
    <Block title={words.history}>
      <Loaded query={history} what={words.history} lines={3}>
        {({ data, nextCursor }) =>
          data.length === 0 ? (
            <p>{words.noHistory}</p>
          ) : (
            <>
              <Timeline label={words.history} moments={data.map(momentOf)} />
              {cursor === '' && typeof nextCursor !== 'string' ? null : (
                <p>
                  {cursor === '' ? null : <Button onPress={() => setCursor('')}>{t.states.firstPage}</Button>}{' '}
                  {typeof nextCursor === 'string' ? (
                    <Button onPress={() => setCursor(nextCursor)}>{words.olderHistory}</Button>
                  ) : null}
                </p>
              )}
            </>
          )
        }
      </Loaded>
    </Block>
  );
}
