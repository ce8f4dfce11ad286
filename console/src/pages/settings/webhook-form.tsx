import { useState } from 'react';
import { settingsWords } from '../../../messages/settings.ts';
import { Form } from '../../features/form/form.tsx';
import { useSubmit } from '../../features/form/submit.ts';
import { TextField } from '../../ui/field/text-field.tsx';
import { useWords } from '../../ui/language/language.tsx';
import { chosenOf, kindsOf } from './kind-groups.ts';
import { KindsChoice } from './kinds-choice.tsx';
import type { Endpoint, EndpointInput } from './webhooks.query.ts';

interface WebhookFormProps<T> {
  endpoint?: Endpoint;
  act: string;
  send: (input: EndpointInput) => Promise<T>;
  onDone: (answer: T) => void;
  onCancel: () => void;
}

export function WebhookForm<T>({ endpoint, act, send, onDone, onCancel }: WebhookFormProps<T>) {
  const all = useWords(settingsWords);
  const words = all.webhooks;
  const [url, setUrl] = useState(endpoint?.url ?? '');
  const [description, setDescription] = useState(endpoint?.description ?? '');
  const [kinds, setKinds] = useState(chosenOf(endpoint?.kinds ?? []));
  const submitting = useSubmit({
    fields: ['url', 'description', 'kinds'],
    check: () => ({
      ...(url.trim() === '' ? { url: all.missing } : {}),
      ...(kindsOf(kinds).length === 0 ? { kinds: words.noKinds } : {}),
    }),
    send: () =>
      send({
        url: url.trim(),
        kinds: kindsOf(kinds),
        description: description.trim() === '' ? null : description.trim(),
      }),
    onDone,
    failed: words.failed,
  });
  const { errors } = submitting;
  return (
    <Form label={words.form} submitting={submitting} act={act} onCancel={onCancel}>
      <TextField
        label={words.url}
        hint={words.urlHint}
        inputMode="url"
        autoComplete="off"
        autoFocus
        dir="ltr"
        value={url}
        onChange={setUrl}
        error={errors['url']}
      />
      <TextField
        label={words.description}
        autoComplete="off"
        value={description}
        onChange={setDescription}
        error={errors['description']}
      />
      <KindsChoice value={kinds} error={errors['kinds']} onChange={setKinds} />
    </Form>
  );
}
