import { useState } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import { settingsWords } from '../../../messages/settings.ts';
import { Form } from '../../features/form/form.tsx';
import { useSubmit } from '../../features/form/submit.ts';
import { Block } from '../../ui/block/block.tsx';
import { Button } from '../../ui/button/button.tsx';
import { TextField } from '../../ui/field/text-field.tsx';
import { useText, useWords } from '../../ui/language/language.tsx';
import { useToast } from '../../ui/toast/toast.tsx';
import { changePassword, SESSIONS } from './users.query.ts';

const SHORTEST = 12;

export function PasswordForm() {
  const words = useWords(settingsWords).users;
  const [isOpen, setOpen] = useState(false);
  return (
    <Block title={words.password}>
      {isOpen ? (
        <Fields onClose={() => setOpen(false)} />
      ) : (
        <p>
          <Button onPress={() => setOpen(true)}>{words.passwordChange}</Button>
        </p>
      )}
    </Block>
  );
}

function Fields({ onClose }: { onClose: () => void }) {
  const t = useText();
  const all = useWords(settingsWords);
  const words = all.users;
  const say = useToast();
  const client = useQueryClient();
  const [current, setCurrent] = useState('');
  const [next, setNext] = useState('');
  const submitting = useSubmit({
    fields: ['current', 'next'],
    check: () => ({
      ...(current === '' ? { current: all.missing } : {}),
      ...(next.length < SHORTEST ? { next: t.welcome.short } : {}),
    }),
    send: () => changePassword({ current, next }),
    onDone: () => {
      say({ text: words.passwordSaved });
      void client.invalidateQueries({ queryKey: SESSIONS });
      onClose();
    },
    failed: words.passwordFailed,
  });
  return (
    <Form label={words.passwordChange} submitting={submitting} act={words.passwordChange} onCancel={onClose}>
      <TextField
        label={words.current}
        type="password"
        autoComplete="current-password"
        value={current}
        onChange={setCurrent}
        error={submitting.errors['current']}
      />
      <TextField
        label={words.next}
        hint={words.nextHint}
        type="password"
        autoComplete="new-password"
        value={next}
        onChange={setNext}
        error={submitting.errors['next']}
      />
    </Form>
  );
}
