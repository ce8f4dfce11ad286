import { settingsWords } from '../../../messages/settings.ts';
import { useTimes } from '../../features/zone/zone.ts';
import { Chip } from '../../ui/chip/chip.tsx';
import { CheckIcon, PauseIcon, WarnIcon } from '../../ui/icons.ts';
import { useWords } from '../../ui/language/language.tsx';
import type { Endpoint } from './webhooks.query.ts';

export function WebhookChip({ endpoint: { state, failingSince } }: { endpoint: Endpoint }) {
  const words = useWords(settingsWords).webhooks;
  const { at } = useTimes();
  if (state === 'disabled') {
    return (
      <Chip tone="bad" icon={<PauseIcon aria-hidden size={14} />}>
        {words.disabled}
      </Chip>
    );
  }
  if (failingSince !== null) {
    return (
      <Chip tone="warn" icon={<WarnIcon aria-hidden size={14} />}>
        {words.failing(at(failingSince, 'dayTime'))}
      </Chip>
    );
  }
  return (
    <Chip tone="ok" icon={<CheckIcon aria-hidden size={14} />}>
      {words.active}
    </Chip>
  );
}

/** What it is for, else the host: an address is too long for a heading. */
export function nameOf({ description, url }: Pick<Endpoint, 'description' | 'url'>): string {
  return description ?? (URL.canParse(url) ? new URL(url).host : url);
}
