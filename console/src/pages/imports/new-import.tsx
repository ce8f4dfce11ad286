import { useState } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import { useLocation } from 'wouter';
import { keys } from '../../api/keys.ts';
import { startUpload } from '../../features/import/uploads.ts';
import { CheckStep } from './check-step.tsx';
import { ColumnsStep } from './columns-step.tsx';
import { Earlier } from './earlier.tsx';
import { FileStep } from './file-step.tsx';
import { optionsOf, type Reading } from './imports.query.ts';
import { Steps } from './steps.tsx';

const AS_GUESSED: Reading = { mapping: {}, country: '' };

/** The way to an import: each step keeps what was said in the others. */
export function NewImport() {
  const [, navigate] = useLocation();
  const client = useQueryClient();
  const [step, setStep] = useState<'file' | 'columns' | 'check'>('file');
  const [file, setFile] = useState<File>();
  const [reading, setReading] = useState(AS_GUESSED);
  const choose = (chosen: File): void => {
    setFile(chosen);
    setReading({ ...reading, mapping: {} });
    setStep('columns');
  };
  const start = (chosen: File, consent: Readonly<Record<string, string>>): void => {
    const id = startUpload(chosen, { ...optionsOf(reading), ...consent });
    void client.invalidateQueries({ queryKey: keys.imports });
    navigate(`/customers/import/${id}`);
  };
  return (
    <>
      <Steps here={step} />
      {file === undefined || step === 'file' ? (
        <>
          <FileStep onFile={choose} />
          <Earlier />
        </>
      ) : step === 'columns' ? (
        <ColumnsStep
          file={file}
          reading={reading}
          onReading={setReading}
          onBack={() => setStep('file')}
          onNext={() => setStep('check')}
        />
      ) : (
        <CheckStep
          file={file}
          reading={reading}
          onBack={() => setStep('columns')}
          onStart={(consent) => start(file, consent)}
        />
      )}
    </>
  );
}
