import type { StepProps } from './editing.ts';
import { Gallery } from './gallery.tsx';

export function MessageStep({ editing, onGo }: StepProps) {
  const { draft, change } = editing;
  const { templateName: name, templateLanguage: language } = draft;
  return (
    <Gallery
      chosen={{ name, language }}
      isBusy={false}
      onChoose={(template) => {
        change({ templateName: template.name, templateLanguage: template.language });
        onGo('people');
      }}
    />
  );
}
