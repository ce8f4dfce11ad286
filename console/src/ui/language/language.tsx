import { createContext, useContext, useEffect, useState, type ReactNode } from 'react';
import { I18nProvider } from 'react-aria-components/I18nProvider';
import { en, type Messages } from '../../../messages/en.ts';
import { remembered, remember } from '../memory.ts';

const Texts = createContext<Messages>(en);

/** A language besides English comes when it is chosen. The test language also turns the page round. */
const OTHERS: Readonly<Record<string, { load: () => Promise<Messages>; locale: string }>> = {
  pseudo: { load: async () => (await import('../../../messages/pseudo.ts')).pseudoOf(en), locale: 'en-Arab' },
};

export function LanguageProvider({ children }: { children: ReactNode }) {
  const [chosen, setChosen] = useState({ texts: en, locale: en.locale });
  useEffect(() => {
    const other = OTHERS[remembered('language') ?? ''];
    if (other === undefined) return;
    void other.load().then((texts) => setChosen({ texts, locale: other.locale }));
  }, []);
  const isRtl = chosen.locale.endsWith('Arab');
  useEffect(() => {
    document.documentElement.dir = isRtl ? 'rtl' : 'ltr';
  }, [isRtl]);
  return (
    <I18nProvider locale={chosen.locale}>
      <Texts value={chosen.texts}>{children}</Texts>
    </I18nProvider>
  );
}

export function useText(): Messages {
  return useContext(Texts);
}

export function chooseLanguage(language: string): void {
  remember('language', language);
  location.reload();
}
