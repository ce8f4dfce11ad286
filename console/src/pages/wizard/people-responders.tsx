import { wizardWords } from '../../../messages/wizard.ts';
import { Loaded } from '../../ui/block/loaded.tsx';
import { useWords } from '../../ui/language/language.tsx';
import { Select } from '../../ui/select/select.tsx';
import type { Editing } from './editing.ts';
import { usePastCampaigns } from './wizard.query.ts';

export function Responders({ editing }: { editing: Editing }) {
  const words = useWords(wizardWords).people;
  const past = usePastCampaigns(true);
  const { draft, change } = editing;
  const chosen = draft.targetType === 'responders' ? (draft.sourceCampaignId ?? '') : '';
  return (
    <Loaded query={past} what={words.earlier} lines={2}>
      {({ data }) => {
        const sent = data.filter(({ id, sentCount }) => sentCount > 0 || id === chosen);
        if (sent.length === 0) return <p>{words.noEarlier}</p>;
        return (
          <Select
            label={words.earlier}
            value={chosen}
            options={[
              ...(chosen === '' ? [['', words.chooseEarlier] as const] : []),
              ...sent.map(({ id, name }) => [id, name] as const),
            ]}
            onChange={(id) => {
              if (id !== '') change({ targetType: 'responders', sourceCampaignId: id });
            }}
          />
        );
      }}
    </Loaded>
  );
}
