import { useText } from '../../ui/language/language.tsx';
import { Door } from './door.tsx';
import { SignInForm } from './sign-in-form.tsx';

export default function SignInPage({ onDone }: { onDone: () => void }) {
  const t = useText().signIn;
  return (
    <Door title={t.title} lead={t.lead}>
      <SignInForm onDone={onDone} />
    </Door>
  );
}
