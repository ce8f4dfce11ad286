import type { ReactNode } from 'react';
import { templatesWords } from '../../../messages/templates.ts';
import { Chip, type Tone } from '../../ui/chip/chip.tsx';
import { ArchiveIcon, CheckIcon, ClockIcon, FailedIcon, PauseIcon } from '../../ui/icons.ts';
import { useWords } from '../../ui/language/language.tsx';

const GONE = { tone: 'plain', icon: <ArchiveIcon aria-hidden size={14} /> } as const;
const LOOKS: Readonly<Record<string, { tone: Tone; icon: ReactNode }>> = {
  APPROVED: { tone: 'ok', icon: <CheckIcon aria-hidden size={14} /> },
  PENDING: { tone: 'info', icon: <ClockIcon aria-hidden size={14} /> },
  IN_APPEAL: { tone: 'info', icon: <ClockIcon aria-hidden size={14} /> },
  REJECTED: { tone: 'bad', icon: <FailedIcon aria-hidden size={14} /> },
  DISABLED: { tone: 'bad', icon: <FailedIcon aria-hidden size={14} /> },
  PAUSED: { tone: 'warn', icon: <PauseIcon aria-hidden size={14} /> },
};

/** The state of a template in words; one that Meta invents later keeps its name. */
export function TemplateChip({ status }: { status: string }) {
  const words = useWords(templatesWords);
  return <Chip {...(LOOKS[status] ?? GONE)}>{words.states[status] ?? status}</Chip>;
}
