import { useState } from 'react';
import { may, useSession } from '../../api/session.ts';
import { wizardWords } from '../../../messages/wizard.ts';
import { Block } from '../../ui/block/block.tsx';
import { Choice } from '../../ui/choice/choice.tsx';
import { useWords } from '../../ui/language/language.tsx';
import type { Editing, StepProps } from './editing.ts';
import { Listed } from './listed.tsx';
import { EverybodyCount, Group } from './people-group.tsx';
import { PeopleFile } from './people-file.tsx';
import { PastedPeople } from './people-pasted.tsx';
import { Responders } from './people-responders.tsx';
import type { Draft } from './wizard.query.ts';
import styles from './wizard.module.css';

const KINDS = ['segment', 'all', 'file', 'paste', 'responders'] as const;
type Kind = (typeof KINDS)[number];

const KIND_OF: Readonly<Record<Draft['targetType'], Kind>> = {
  ...{ segment: 'segment', all: 'all', imported: 'file', manual: 'paste', responders: 'responders' },
};

export function PeopleStep({ editing }: StepProps) {
  const words = useWords(wizardWords).people;
  const mayChoose = may(useSession(), 'customers:read');
  const { draft, change } = editing;
  const { targetType, totalRecipients: total } = draft;
  const isUndecided = targetType === 'manual' && total === 0;
  const [picked, setPicked] = useState<Kind | undefined>(isUndecided ? undefined : KIND_OF[targetType]);
  const pick = (kind: Kind): void => {
    setPicked(kind);
    // A group and an earlier campaign are named next. Until then nobody is chosen, least of all everybody.
    const next = kind === 'all' ? 'all' : kind === 'file' ? 'imported' : 'manual';
    if (next !== targetType) change({ targetType: next });
  };
  const isRule = picked === 'segment' || picked === 'all' || picked === 'responders';
  return (
    <Block title={words.title} isBare>
      <div className={styles.form}>
        <Choice
          legend={words.title}
          isLegendHidden
          value={picked}
          onChange={pick}
          options={KINDS.map((kind) => ({
            value: kind,
            label: words.kinds[kind],
            children: <Inside kind={kind} editing={editing} mayChoose={mayChoose} />,
          }))}
        />
        {isRule ? <p className={styles.muted}>{words.chosenAtStart}</p> : null}
        {total > 0 ? <Listed editing={editing} isBeside={isRule} /> : null}
      </div>
    </Block>
  );
}

function Inside({ kind, editing, mayChoose }: { kind: Kind; editing: Editing; mayChoose: boolean }) {
  const words = useWords(wizardWords).people;
  if (kind === 'paste') return <PastedPeople editing={editing} />;
  if (kind === 'file') return <PeopleFile editing={editing} />;
  if (kind === 'responders') return <Responders editing={editing} />;
  if (!mayChoose) return <p>{words.noCustomers}</p>;
  return kind === 'all' ? <EverybodyCount /> : <Group editing={editing} />;
}
