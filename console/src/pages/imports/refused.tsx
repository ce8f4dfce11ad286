import { useState } from 'react';
import { importsWords } from '../../../messages/imports.ts';
import { Block } from '../../ui/block/block.tsx';
import { Loaded } from '../../ui/block/loaded.tsx';
import { Button } from '../../ui/button/button.tsx';
import { useWords } from '../../ui/language/language.tsx';
import { ERRORS_SHOWN, refusedFileOf, useRefused } from './imports.query.ts';
import styles from './refused.module.css';

const AT_ONCE = 50;

export function Refused({ id, count }: { id: string; count: number }) {
  const words = useWords(importsWords).run;
  const [shown, setShown] = useState(AT_ONCE);
  const refused = useRefused(id);
  return (
    <Block
      title={words.errors}
      aside={
        <a href={refusedFileOf(id)} download>
          {words.download}
        </a>
      }
    >
      <p>{words.errorsFinding(count)}</p>
      <Loaded query={refused} what={words.errors} lines={5}>
        {(rows) => (
          <>
            <table className={styles.table}>
              <thead>
                <tr>
                  <th scope="col">{words.line}</th>
                  <th scope="col">{words.field}</th>
                  <th scope="col">{words.reason}</th>
                </tr>
              </thead>
              <tbody>
                {rows.slice(0, shown).map(({ line, field, reason }, index) => (
                  <tr key={`${index}`}>
                    <th scope="row">{line}</th>
                    <td dir="auto">{field}</td>
                    <td dir="auto">{reason}</td>
                  </tr>
                ))}
              </tbody>
            </table>
            {rows.length > shown ? (
              <p>
                <Button onPress={() => setShown(shown + AT_ONCE * 4)}>{words.more}</Button>
              </p>
            ) : rows.length >= ERRORS_SHOWN ? (
              <p>{words.moreInFile}</p>
            ) : null}
          </>
        )}
      </Loaded>
    </Block>
  );
}
