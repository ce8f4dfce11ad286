import { useId, useState } from 'react';
import { importsWords } from '../../../messages/imports.ts';
import { Block } from '../../ui/block/block.tsx';
import { FileIcon } from '../../ui/icons.ts';
import { useWords } from '../../ui/language/language.tsx';
import styles from './file-step.module.css';

const SAMPLE = [
  'phone,name,email,city,tier,tags,saleDetails.destination,saleDetails.createdAt',
  '+919978783238,Asha Patel,asha@example.com,Mumbai,premium,"vip;bali",Bali,2024-03-01',
  '+919825011223,Ravi Kumar,,Pune,,,Goa,2024-05-17',
  '',
].join('\r\n');

const TEXTUAL = /\.(csv|txt|tsv)$/i;

export function FileStep({ onFile }: { onFile: (file: File) => void }) {
  const words = useWords(importsWords).file;
  const id = useId();
  const [isOver, setOver] = useState(false);
  const [problem, setProblem] = useState<string>();
  const take = (file: File | undefined): void => {
    if (file === undefined) return;
    if (file.size === 0) setProblem(words.empty);
    else if (!TEXTUAL.test(file.name) && !file.type.startsWith('text/')) setProblem(words.notFile);
    else onFile(file);
  };
  return (
    <Block title={words.title}>
      <div
        className={styles.drop}
        data-over={isOver}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => {
          event.preventDefault();
          setOver(false);
          take(event.dataTransfer.files[0]);
        }}
      >
        <FileIcon aria-hidden size={32} />
        <label htmlFor={id}>{words.drop}</label>
        <input
          id={id}
          type="file"
          accept=".csv,.txt,.tsv,text/csv,text/plain"
          aria-describedby={`${id}-hint`}
          onChange={(event) => take(event.currentTarget.files?.[0])}
        />
        <p role="status" className={styles.problem}>
          {problem}
        </p>
      </div>
      <p id={`${id}-hint`} className={styles.hint}>
        {words.hint}
      </p>
      <p className={styles.hint}>
        <a href={`data:text/csv;charset=utf-8,${encodeURIComponent(SAMPLE)}`} download={words.sampleName}>
          {words.sample}
        </a>{' '}
        {words.sampleHint}
      </p>
    </Block>
  );
}
