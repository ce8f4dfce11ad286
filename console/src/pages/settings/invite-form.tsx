import { useState } from 'react';
import { settingsWords } from '../../../messages/settings.ts';
import { Form } from '../../features/form/form.tsx';
import { useSubmit } from '../../features/form/submit.ts';
import { TextField } from '../../ui/field/text-field.tsx';
import { useWords } from '../../ui/language/language.tsx';
import { RoleChoice } from './role-choice.tsx';
import { invite, type Role } from './users.query.ts';

export interface Invited {
  email: string;
  link: string;
  expiresAt: string;
}

export function InviteForm({
  onDone,
  onCancel,
}: {
  onDone: (invited: Invited) => void;
  onCancel: () => void;
}) {
  const all = useWords(settingsWords);
  const words = all.users;
  const [email, setEmail] = useState('');
  const [name, setName] = useState('');
  const [role, setRole] = useState<Role>('viewer');
  const submitting = useSubmit({
    fields: ['email', 'name'],
    check: () => (email.trim() === '' ? { email: all.missing } : {}),
    send: () => invite({ email: email.trim(), role, ...(name.trim() === '' ? {} : { name: name.trim() }) }),
    onDone: ({ link, expiresAt }) => onDone({ email: email.trim(), link, expiresAt }),
    failed: words.inviteFailed,
  });
  return (
    <Form label={words.form} submitting={submitting} act={words.makeLink} onCancel={onCancel}>
      <TextField
        label={words.email}
        type="email"
        autoComplete="off"
        autoFocus
        value={email}
        onChange={setEmail}
        error={submitting.errors['email']}
      />
      <TextField
        label={words.name}
        hint={words.nameHint}
        autoComplete="off"
        value={name}
        onChange={setName}
        error={submitting.errors['name']}
      />
      <RoleChoice value={role} onChange={setRole} />
    </Form>
  );
}
