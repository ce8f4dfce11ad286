import { useState } from 'react';
import { Button } from '../button/button.tsx';
import { useText } from '../language/language.tsx';

/** Over plain HTTP a page may not write to the clipboard. */
export function CopyButton({ label, text }: { label: string; text: string }) {
  const t = useText();
  const [isCopied, setCopied] = useState(false);
  if (!('clipboard' in navigator)) return null;
  return (
    <Button
      onPress={() => {
        void navigator.clipboard.writeText(text).then(
          () => setCopied(true),
          () => undefined,
        );
      }}
    >
      <span role="status">{isCopied ? t.states.copied : label}</span>
    </Button>
  );
}
