import { createContext, useContext, useEffect, useState, type ReactNode } from 'react';
import { I18nProvider } from 'react-aria-components/I18nProvider';
import { en, type Messages } from '../../../messages/en.ts';
import { remembered, remember } from '../memory.ts';

const Texts = createContext<Messages>(en);
/** Texts that come with the page that shows them: a first visit does not load the words of every page. */
const Part = createContext<<T extends object>(words: T) => T>((words) => words);

/** A language besides English comes when it is chosen. The test language also turns the page round. */
const OTHERS: Readonly<Record<string, { load: () => Promise<Language>; locale: string }>> = {
  pseudo: { load: async () => (await import('../../../messages/pseudo.ts')).pseudoOf(en), locale: 'en-Arab' },
};

export interface Language {
  texts: Messages;
  part: <T extends object>(words: T) => T;
}

const ENGLISH: Language = { texts: en, part: (words) => words };

export function LanguageProvider({ children }: { children: ReactNode }) {
  const [chosen, setChosen] = useState({ ...ENGLISH, locale: en.locale });
  useEffect(() => {
    const other = OTHERS[remembered('language') ?? ''];
    if (other === undefined) return;
    void other.load().then((language) => setChosen({ ...language, locale: other.locale }));
  }, []);
  const isRtl = chosen.locale.endsWith('Arab');
  useEffect(() => {
    document.documentElement.dir = isRtl ? 'rtl' : 'ltr';
  }, [isRtl]);
  return (
    <I18nProvider locale={chosen.locale}>
      <Texts value={chosen.texts}>
        <Part value={chosen.part}>{children}</Part>
      </Texts>
    </I18nProvider>
  );
}

export function useText(): Messages {
  return useContext(Texts);
}

/** The words of a part of the console, in the reader's language. */
export function useWords<T extends object>(words: T): T {
  return useContext(Part)(words);
}

export function chooseLanguage(language: string): void {
  remember('language', language);
  location.reload();
}
