import { Link } from 'wouter';
import { importsWords } from '../../../messages/imports.ts';
import { useTimes } from '../../features/zone/zone.ts';
import { Block } from '../../ui/block/block.tsx';
import { Loaded } from '../../ui/block/loaded.tsx';
import { useWords } from '../../ui/language/language.tsx';
import { ImportChip } from './import-chip.tsx';
import { useImports } from './imports.query.ts';
import styles from './imports.module.css';

export function Earlier() {
  const words = useWords(importsWords);
  const { at } = useTimes();
  const imports = useImports();
  return (
    <Block title={words.earlier.title}>
      <Loaded query={imports} what={words.earlier.title} lines={3}>
        {(list) =>
          list.length === 0 ? (
            <p className={styles.muted}>{words.earlier.none}</p>
          ) : (
            <ul className={styles.earlier}>
              {list.map(({ id, fileName, status, startedAt, ...counts }) => (
                <li key={id}>
                  <div>
                    <Link href={`/customers/import/${id}`} className={styles.name} dir="auto">
                      {fileName ?? words.earlier.noName}
                    </Link>
                    <p className={styles.muted}>{at(startedAt, 'dayTime')}</p>
                  </div>
                  <p className={styles.muted}>
                    {words.run.completed(
                      counts.rowsRead,
                      counts.rowsCreated,
                      counts.rowsUpdated,
                      counts.rowsFailed,
                    )}
                  </p>
                  <ImportChip status={status} />
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
    </Block>
  );
}
