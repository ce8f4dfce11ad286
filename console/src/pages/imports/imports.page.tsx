import { importsWords } from '../../../messages/imports.ts';
import { may, useSession } from '../../api/session.ts';
import { PeopleTabs } from '../../features/people/people-tabs.tsx';
import { useWords } from '../../ui/language/language.tsx';
import { Page } from '../../ui/page/page.tsx';
import { Earlier } from './earlier.tsx';
import { NewImport } from './new-import.tsx';
import { OneImport } from './one-import.tsx';

export default function ImportsPage({ importId }: { importId: string | undefined }) {
  const words = useWords(importsWords);
  const session = useSession();
  if (importId !== undefined) return <OneImport id={importId} />;
  return (
    <Page title={words.title}>
      <PeopleTabs here="imports" />
      {may(session, 'customers:write') ? (
        <NewImport />
      ) : (
        <>
          <p>{words.readOnly}</p>
          <Earlier />
        </>
      )}
    </Page>
  );
}
