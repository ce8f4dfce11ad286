const COMPOUND = Buffer.from('d0cf11e0a1b11ae1', 'hex');
const ZIP = Buffer.from('PK\x03\x04', 'latin1');
const CENTRAL = Buffer.from('PK\x01\x02', 'latin1');

/** The folder in the package tells which program it belongs to. */
const OPEN_XML = {
  'word/': 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  'xl/': 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  'ppt/': 'application/vnd.openxmlformats-officedocument.presentationml.presentation',
} as const;

/** The stream that each program writes, as its name stands in the directory of the file. */
const BINARY = {
  WordDocument: 'application/msword',
  Workbook: 'application/vnd.ms-excel',
  'PowerPoint Document': 'application/vnd.ms-powerpoint',
} as const;

/** The type of a Word, Excel or PowerPoint file, old or new; undefined: it is none of them. */
export function officeTypeOf(file: Buffer): string | undefined {
  if (file.subarray(0, 8).equals(COMPOUND)) {
    return Object.entries(BINARY).find(([name]) => file.includes(Buffer.from(`${name}\0`, 'utf16le')))?.[1];
  }
  if (!file.subarray(0, 4).equals(ZIP)) return undefined;
  const names = entryNames(file);
  if (!names.includes('[Content_Types].xml')) return undefined;
  return Object.entries(OPEN_XML).find(([folder]) => names.some((name) => name.startsWith(folder)))?.[1];
}

/** From the central directory, which lists every entry once. */
function entryNames(file: Buffer): string[] {
  const names: string[] = [];
  for (let at = file.indexOf(CENTRAL); at !== -1 && at + 46 <= file.length && names.length < 10_000;) {
    const length = file.readUInt16LE(at + 28);
    names.push(file.toString('latin1', at + 46, at + 46 + length));
    at = file.indexOf(CENTRAL, at + 46 + length);
  }
  return names;
}
