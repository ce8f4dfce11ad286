import { wizardWords } from '../../../messages/wizard.ts';
import { Block } from '../../ui/block/block.tsx';
import { EmptyState } from '../../ui/empty-state/empty-state.tsx';
import { useWords } from '../../ui/language/language.tsx';
import { Skeleton } from '../../ui/skeleton/skeleton.tsx';
import { BlankField } from './blank-field.tsx';
import { pathsIn } from './blank.ts';
import type { StepProps } from './editing.ts';
import styles from './wizard.module.css';

const FIELDS = ['name', 'city', 'state', 'country', 'email', 'customerTier'];

export function PersonaliseStep({ editing, template, listed, people }: StepProps) {
  const words = useWords(wizardWords).personalise;
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
          {parameters.map((parameter) => (
            <BlankField
              key={parameter.keys.join()}
              parameter={parameter}
              editing={editing}
              template={template}
              paths={paths}
              columns={columns}
            />
          ))}
        </div>
      )}
    </Block>
  );
}
