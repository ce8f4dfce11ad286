import { wizardWords } from '../../../messages/wizard.ts';
import { Block } from '../../ui/block/block.tsx';
import { EmptyState } from '../../ui/empty-state/empty-state.tsx';
import { useWords } from '../../ui/language/language.tsx';
import { Skeleton } from '../../ui/skeleton/skeleton.tsx';
import { linkWords } from '../../../messages/links.ts';
import { BlankField } from './blank-field.tsx';
import { pathsIn } from './blank.ts';
import type { StepProps } from './editing.ts';
import { LinkField } from './link-field.tsx';
import { usePreview } from './wizard.query.ts';
import styles from './wizard.module.css';

const FIELDS = ['name', 'city', 'state', 'country', 'email', 'customerTier'];

export function PersonaliseStep({ editing, template, listed, people }: StepProps) {
  const words = useWords(wizardWords).personalise;
  const aboutLinks = useWords(linkWords);
  const preview = usePreview(editing.draft.id, editing.state, people[0]?.body ?? {});
  const links = preview.data?.links ?? [];
  if (template === undefined) return <Skeleton lines={6} />;
  const parameters = template?.parameters ?? [];
  const details = people.flatMap(({ customer }) => pathsIn(customer?.['attributes']));
  const paths = [...new Set([...FIELDS, ...details])].slice(0, 60);
  const columns = [...new Set(listed.flatMap(({ variables }) => Object.keys(variables ?? {})))];
  return (
    <Block title={words.title} isBare>
      {template === null ? (
        <p>{words.unknown}</p>
      ) : parameters.length === 0 ? (
        <EmptyState title={words.none} hint={words.noneHint} />
      ) : (
        <div className={styles.form}>
          {parameters.map((parameter) => {
            const link = links.find(({ place }) => place === parameter.keys[0]);
            return link?.kind === 'ours' ? (
              <LinkField
                key={parameter.keys.join()}
                place={link.place}
                label={link.label ?? ''}
                editing={editing}
              />
            ) : (
              <div key={parameter.keys.join()} className={styles.form}>
                <BlankField {...{ parameter, editing, template, paths, columns }} />
                {link?.kind === 'other' ? <p className={styles.muted}>{aboutLinks.other}</p> : null}
              </div>
            );
          })}
        </div>
      )}
    </Block>
  );
}
