import type { ReactNode } from 'react';
import type { Messages } from '../../../messages/en.ts';
import { Chip, type Tone } from '../../ui/chip/chip.tsx';
import {
  ArchiveIcon,
  CheckIcon,
  ClockIcon,
  FailedIcon,
  PauseIcon,
  PencilIcon,
  SendIcon,
} from '../../ui/icons.ts';
import { useText } from '../../ui/language/language.tsx';

export type CampaignStatus = keyof Messages['campaigns']['status'];

const LOOKS: Readonly<Record<CampaignStatus, { tone: Tone; icon: ReactNode }>> = {
  draft: { tone: 'plain', icon: <PencilIcon aria-hidden size={14} /> },
  scheduled: { tone: 'info', icon: <ClockIcon aria-hidden size={14} /> },
  sending: { tone: 'accent', icon: <SendIcon aria-hidden size={14} /> },
  paused: { tone: 'warn', icon: <PauseIcon aria-hidden size={14} /> },
  completed: { tone: 'ok', icon: <CheckIcon aria-hidden size={14} /> },
  cancelled: { tone: 'plain', icon: <ArchiveIcon aria-hidden size={14} /> },
  failed: { tone: 'bad', icon: <FailedIcon aria-hidden size={14} /> },
};

export function StateChip({ status, children }: { status: string; children?: ReactNode }) {
  const t = useText();
  const known = isKnown(status) ? status : 'draft';
  const { tone, icon } = LOOKS[known];
  return (
    <Chip tone={tone} icon={icon}>
      {children ?? t.campaigns.status[known]}
    </Chip>
  );
}

function isKnown(status: string): status is CampaignStatus {
  return status in LOOKS;
}
