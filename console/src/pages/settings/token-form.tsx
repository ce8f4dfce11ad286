import { useState } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import { settingsWords } from '../../../messages/settings.ts';
import { Form } from '../../features/form/form.tsx';
import { useSubmit } from '../../features/form/submit.ts';
import { TextField } from '../../ui/field/text-field.tsx';
import { useWords } from '../../ui/language/language.tsx';
import { useToast } from '../../ui/toast/toast.tsx';
import { changeSender, SENDERS, type Sender } from './senders.query.ts';

/** A token is only ever written: the API never shows one. */
export function TokenForm({ sender: { id, name }, onClose }: { sender: Sender; onClose: () => void }) {
  const all = useWords(settingsWords);
  const words = all.senders;
  const say = useToast();
  const client = useQueryClient();
  const [accessToken, setToken] = useState('');
  const submitting = useSubmit({
    fields: ['accessToken'],
    check: () => (accessToken.trim() === '' ? { accessToken: all.missing } : {}),
    send: () => changeSender(id, { accessToken: accessToken.trim() }),
    onDone: () => {
      say({ text: words.tokenSaved(name) });
      void client.invalidateQueries({ queryKey: SENDERS });
      onClose();
    },
    failed: words.tokenFailed,
  });
  return (
    <Form label={words.tokenForm(name)} submitting={submitting} act={words.testToken} onCancel={onClose}>
      <TextField
        label={words.accessToken}
        hint={words.accessTokenHint}
        type="password"
        autoComplete="off"
        autoFocus
        value={accessToken}
        onChange={setToken}
        error={submitting.errors['accessToken']}
      />
    </Form>
  );
}
