import type { ReactNode } from 'react';
import { Chip, type Tone } from '../../ui/chip/chip.tsx';
import {
  CheckIcon,
  ClockIcon,
  FailedIcon,
  ReadIcon,
  RepliedIcon,
  SendIcon,
  SkippedIcon,
  StopIcon,
} from '../../ui/icons.ts';
import { useWords } from '../../ui/language/language.tsx';
import type { RecipientStatus } from './campaigns.query.ts';
import { peopleWords } from '../../../messages/people.ts';

const WAITS: { tone: Tone; icon: ReactNode } = { tone: 'plain', icon: <ClockIcon aria-hidden size={14} /> };
const LOOKS: Readonly<Record<RecipientStatus, { tone: Tone; icon: ReactNode }>> = {
  pending: WAITS,
  queued: WAITS,
  retry: WAITS,
  held: WAITS,
  sending: { tone: 'info', icon: <SendIcon aria-hidden size={14} /> },
  sent: { tone: 'info', icon: <SendIcon aria-hidden size={14} /> },
  delivered: { tone: 'ok', icon: <CheckIcon aria-hidden size={14} /> },
  read: { tone: 'ok', icon: <ReadIcon aria-hidden size={14} /> },
  responded: { tone: 'accent', icon: <RepliedIcon aria-hidden size={14} /> },
  failed: { tone: 'bad', icon: <FailedIcon aria-hidden size={14} /> },
  skipped: { tone: 'warn', icon: <SkippedIcon aria-hidden size={14} /> },
  opted_out: { tone: 'warn', icon: <StopIcon aria-hidden size={14} /> },
};

export function RecipientChip({ status }: { status: RecipientStatus }) {
  const people = useWords(peopleWords);
  return <Chip {...LOOKS[status]}>{people.people.status[status]}</Chip>;
}
