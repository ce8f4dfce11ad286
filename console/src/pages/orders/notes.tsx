import { useState } from 'react';
import { orderWords } from '../../../messages/orders.ts';
import { Block } from '../../ui/block/block.tsx';
import { reasonOf } from '../../ui/block/failure.tsx';
import { Button } from '../../ui/button/button.tsx';
import { useText, useWords } from '../../ui/language/language.tsx';
import { TextArea } from '../../ui/text-area/text-area.tsx';
import { useToast } from '../../ui/toast/toast.tsx';
import { change, useChange, type Order } from './orders.query.ts';

export function Notes({ order, mayWrite }: { order: Order; mayWrite: boolean }) {
  const t = useText();
  const words = useWords(orderWords);
  const say = useToast();
  const saving = useChange();
  // Undefined: nothing has been typed, so what comes from elsewhere is shown.
  const [typed, setTyped] = useState<string>();
  const kept = order.internalNotes ?? '';
  const save = (text: string): void =>
    saving.mutate(() => change.edit(order.id, { internalNotes: text.trim() === '' ? null : text }), {
      onSuccess: () => {
        setTyped(undefined);
        say({ text: words.notes.saved });
      },
      onError: (error) => say({ text: `${words.notes.failed} ${reasonOf(error, t)}` }),
    });
  if (!mayWrite && kept === '') return null;
  return (
    <Block title={words.notes.title}>
      <TextArea
        label={words.notes.label}
        rows={3}
        value={typed ?? kept}
        isReadOnly={!mayWrite}
        onChange={setTyped}
      />
      {typed === undefined || typed === kept ? null : (
        <div>
          <Button isDisabled={saving.isPending} onPress={() => save(typed)}>
            {words.notes.save}
          </Button>
        </div>
      )}
    </Block>
  );
}
