import type { ReactNode } from 'react';
import { productWords } from '../../../messages/products.ts';
import { Chip, type Tone } from '../../ui/chip/chip.tsx';
import { CheckIcon, ClockIcon, FailedIcon, SendIcon, SkippedIcon, WarnIcon } from '../../ui/icons.ts';
import { useWords } from '../../ui/language/language.tsx';
import type { SyncStatus } from './products.query.ts';

const LOOKS: Readonly<Record<SyncStatus, { tone: Tone; icon: ReactNode }>> = {
  synced: { tone: 'ok', icon: <CheckIcon aria-hidden size={14} /> },
  dirty: { tone: 'info', icon: <ClockIcon aria-hidden size={14} /> },
  sending: { tone: 'info', icon: <SendIcon aria-hidden size={14} /> },
  not_synced: { tone: 'plain', icon: <SkippedIcon aria-hidden size={14} /> },
  not_ready: { tone: 'warn', icon: <WarnIcon aria-hidden size={14} /> },
  rejected: { tone: 'bad', icon: <FailedIcon aria-hidden size={14} /> },
  conflict: { tone: 'warn', icon: <WarnIcon aria-hidden size={14} /> },
  missing: { tone: 'warn', icon: <WarnIcon aria-hidden size={14} /> },
};

export function SyncChip({ status }: { status: SyncStatus }) {
  return <Chip {...LOOKS[status]}>{useWords(productWords).sync[status]}</Chip>;
}
