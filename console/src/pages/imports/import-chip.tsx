import type { ReactNode } from 'react';
import { importsWords } from '../../../messages/imports.ts';
import { Chip, type Tone } from '../../ui/chip/chip.tsx';
import { CheckIcon, FailedIcon, UploadIcon, WarnIcon } from '../../ui/icons.ts';
import { useWords } from '../../ui/language/language.tsx';
import type { CustomerImport } from './imports.query.ts';

type Status = CustomerImport['status'];

const LOOKS: Readonly<Record<Status, { tone: Tone; icon: ReactNode }>> = {
  running: { tone: 'accent', icon: <UploadIcon aria-hidden size={14} /> },
  completed: { tone: 'ok', icon: <CheckIcon aria-hidden size={14} /> },
  failed: { tone: 'bad', icon: <FailedIcon aria-hidden size={14} /> },
  interrupted: { tone: 'warn', icon: <WarnIcon aria-hidden size={14} /> },
};

export function ImportChip({ status }: { status: Status }) {
  const words = useWords(importsWords).run;
  return <Chip {...LOOKS[status]}>{words.status[status]}</Chip>;
}
