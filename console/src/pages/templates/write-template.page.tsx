import { templatesWords } from '../../../messages/templates.ts';
import { may, useSession } from '../../api/session.ts';
import { EmptyState } from '../../ui/empty-state/empty-state.tsx';
import { useText, useWords } from '../../ui/language/language.tsx';
import { Loaded } from '../../ui/block/loaded.tsx';
import { LinkButton } from '../../ui/button/button.tsx';
import { Page } from '../../ui/page/page.tsx';
import { draftOf } from './draft.ts';
import { TemplateForm } from './template-form.tsx';
import { useTemplate } from './templates.query.ts';

/** A new template, or another text for one that exists. */
export default function WriteTemplatePage({ edited }: { edited?: { name: string; language: string } }) {
  const t = useText();
  const words = useWords(templatesWords);
  const session = useSession();
  const title = edited === undefined ? words.form.create : words.form.edit(edited.name);
  return (
    <Page title={title}>
      {!may(session, 'campaigns:write') ? (
        <EmptyState title={t.states.forbidden} />
      ) : edited === undefined ? (
        <TemplateForm />
      ) : (
        <Edited {...edited} />
      )}
    </Page>
  );
}

function Edited({ name, language }: { name: string; language: string }) {
  const words = useWords(templatesWords);
  const template = useTemplate(name);
  return (
    <Loaded query={template} what={name} lines={8}>
      {({ data }) => {
        const found = data.find((version) => version.language === language);
        const draft = found === undefined ? undefined : draftOf(found);
        if (found === undefined || draft === undefined) {
          return (
            <EmptyState title={found === undefined ? words.one.gone : words.form.kept}>
              <LinkButton to="/templates">{words.title}</LinkButton>
            </EmptyState>
          );
        }
        return <TemplateForm key={found.id} edited={found} draft={draft} />;
      }}
    </Loaded>
  );
}
