import type { ReactNode } from 'react';
import { seriesWords } from '../../../messages/series.ts';
import { Chip, type Tone } from '../../ui/chip/chip.tsx';
import { ArchiveIcon, CheckIcon, ClockIcon, FailedIcon, PauseIcon, PencilIcon } from '../../ui/icons.ts';
import { useWords } from '../../ui/language/language.tsx';
import type { Occurrence, Series } from './series.query.ts';

const SERIES_LOOKS: Readonly<Record<Series['state'], { tone: Tone; icon: ReactNode }>> = {
  draft: { tone: 'plain', icon: <PencilIcon aria-hidden size={14} /> },
  active: { tone: 'ok', icon: <CheckIcon aria-hidden size={14} /> },
  paused: { tone: 'warn', icon: <PauseIcon aria-hidden size={14} /> },
  ended: { tone: 'plain', icon: <ArchiveIcon aria-hidden size={14} /> },
};

export function SeriesChip({ state }: { state: Series['state'] }) {
  const words = useWords(seriesWords);
  const { tone, icon } = SERIES_LOOKS[state];
  return (
    <Chip tone={tone} icon={icon}>
      {words.state[state]}
    </Chip>
  );
}

const LOOKS: Readonly<Record<Occurrence['state'], { tone: Tone; icon: ReactNode }>> = {
  waiting: { tone: 'info', icon: <ClockIcon aria-hidden size={14} /> },
  created: { tone: 'ok', icon: <CheckIcon aria-hidden size={14} /> },
  queued: { tone: 'info', icon: <ClockIcon aria-hidden size={14} /> },
  skipped: { tone: 'plain', icon: <ArchiveIcon aria-hidden size={14} /> },
  missed: { tone: 'warn', icon: <FailedIcon aria-hidden size={14} /> },
  failed: { tone: 'bad', icon: <FailedIcon aria-hidden size={14} /> },
};

export function OccurrenceChip({ state }: { state: Occurrence['state'] }) {
  const words = useWords(seriesWords).one;
  const { tone, icon } = LOOKS[state];
  return (
    <Chip tone={tone} icon={icon}>
      {words.occurrence[state]}
    </Chip>
  );
}
