import { useState } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import { useLocation } from 'wouter';
import { templatesWords } from '../../../messages/templates.ts';
import { keys } from '../../api/keys.ts';
import { Form } from '../../features/form/form.tsx';
import { useSubmit } from '../../features/form/submit.ts';
import { Bubble } from '../../features/bubble/bubble.tsx';
import { Block } from '../../ui/block/block.tsx';
import { Choice } from '../../ui/choice/choice.tsx';
import { TextField } from '../../ui/field/text-field.tsx';
import { useWords } from '../../ui/language/language.tsx';
import { TextArea } from '../../ui/text-area/text-area.tsx';
import { useToast } from '../../ui/toast/toast.tsx';
import { ButtonFields } from './button-fields.tsx';
import { componentsOf, EMPTY, inputOf, messageOf, type Draft } from './draft.ts';
import { LintResult } from './lint-result.tsx';
import { SampleFields } from './sample-fields.tsx';
import { editTemplate, submitTemplate, type Template } from './templates.query.ts';
import styles from './templates.module.css';

interface TemplateFormProps {
  edited?: Template;
  draft?: Draft;
}

export function TemplateForm({ edited, draft: start = EMPTY }: TemplateFormProps) {
  const all = useWords(templatesWords);
  const words = all.form;
  const say = useToast();
  const client = useQueryClient();
  const [, navigate] = useLocation();
  const [draft, setDraft] = useState(start);
  const set = (changes: Partial<Draft>): void => setDraft({ ...draft, ...changes });
  const isNew = edited === undefined;
  const submitting = useSubmit({
    fields: ['name', 'language', 'category'],
    send: () =>
      isNew
        ? submitTemplate(inputOf(draft))
        : editTemplate(edited, {
            components: componentsOf(draft),
            ...(draft.category === edited.category ? {} : { category: draft.category }),
          }),
    onDone: ({ name, language }) => {
      say({ text: words.submitted(name) });
      void client.invalidateQueries({ queryKey: keys.templates });
      navigate(`/templates/${encodeURIComponent(name)}/${encodeURIComponent(language)}`);
    },
    failed: words.failed,
  });
  const message = messageOf(draft);
  return (
    <div className={styles.writing}>
      <Block title={words.label}>
        {isNew ? null : <p className={styles.muted}>{words.editHint}</p>}
        <Form label={words.label} submitting={submitting} act={isNew ? words.submit : words.resubmit}>
          {isNew ? (
            <>
              <TextField
                label={words.name}
                hint={words.nameHint}
                autoComplete="off"
                dir="ltr"
                maxLength={512}
                value={draft.name}
                onChange={(name) => set({ name })}
                error={submitting.errors['name']}
              />
              <TextField
                label={words.language}
                hint={words.languageHint}
                autoComplete="off"
                dir="ltr"
                maxLength={20}
                value={draft.language}
                onChange={(language) => set({ language })}
                error={submitting.errors['language']}
              />
            </>
          ) : null}
          {isNew || edited.status !== 'APPROVED' ? (
            <Choice
              legend={words.category}
              value={draft.category}
              onChange={(category) => set({ category })}
              options={(['MARKETING', 'UTILITY'] as const).map((value) => ({
                ...{ value, label: all.categories[value] ?? value },
                hint: words.categoryHints[value],
              }))}
            />
          ) : null}
          <TextField
            label={words.header}
            hint={words.headerHint}
            autoComplete="off"
            dir="auto"
            value={draft.header}
            onChange={(header) => set({ header })}
          />
          <TextArea
            label={words.body}
            hint={words.bodyHint}
            rows={5}
            value={draft.body}
            onChange={(body) => set({ body })}
          />
          <SampleFields draft={draft} onChange={(samples) => set({ samples })} />
          <TextField
            label={words.footer}
            hint={words.footerHint}
            autoComplete="off"
            dir="auto"
            value={draft.footer}
            onChange={(footer) => set({ footer })}
          />
          <ButtonFields buttons={draft.buttons} onChange={(buttons) => set({ buttons })} />
        </Form>
      </Block>
      <div className={styles.beside}>
        <Block title={words.preview}>
          {draft.body.trim() === '' && draft.header.trim() === '' ? (
            <p className={styles.muted}>{words.previewEmpty}</p>
          ) : (
            <Bubble message={message} />
          )}
        </Block>
        <LintResult draft={draft} />
      </div>
    </div>
  );
}
