import { settingsWords } from '../../../messages/settings.ts';
import { Chip } from '../../ui/chip/chip.tsx';
import { CheckIcon, ClockIcon, FailedIcon, InfoIcon } from '../../ui/icons.ts';
import { useWords } from '../../ui/language/language.tsx';
import type { InboxEntry } from './inbox.query.ts';

const LOOKS = {
  received: { tone: 'info', icon: <ClockIcon aria-hidden size={14} /> },
  retry: { tone: 'warn', icon: <ClockIcon aria-hidden size={14} /> },
  processed: { tone: 'ok', icon: <CheckIcon aria-hidden size={14} /> },
  unhandled: { tone: 'plain', icon: <InfoIcon aria-hidden size={14} /> },
  failed: { tone: 'bad', icon: <FailedIcon aria-hidden size={14} /> },
} as const;

export function InboxChip({ status }: { status: InboxEntry['status'] }) {
  const words = useWords(settingsWords).inbox;
  return <Chip {...LOOKS[status]}>{words.states[status]}</Chip>;
}
