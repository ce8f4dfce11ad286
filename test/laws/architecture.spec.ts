import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { ROOT } from './source-files.js';
import { TABLES } from './table-owners.js';

const page = readFileSync(join(ROOT, 'docs', 'architecture.md'), 'utf8').replace(/```[^]*?```/g, '');
const section = (title: string): string => page.split(/^## /m).find((part) => part.startsWith(title)) ?? '';
const rowsOf = (text: string): string[][] =>
  text
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .slice(2)
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
const quoted = (text: string): string[] => [...text.matchAll(/`([^`\n]+)`/g)].map(([, name = '']) => name);
const foldersIn = (folder: string): string[] =>
  readdirSync(join(ROOT, folder), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();

const cruiser = pathToFileURL(join(ROOT, '.dependency-cruiser.mjs')).href;
const { FLOORS } = (await import(cruiser)) as { FLOORS: string[][] };

describe('docs/architecture.md', () => {
  it('names only files and folders that exist', () => {
    const paths = quoted(page).filter((name) => /^(src|migrations|simulator|scripts|test|docs)\//.test(name));
    expect(paths.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  });

  it('counts the files of each walk', () => {
    const walks = section('Four walks').split(/^### /m).slice(1);
    const counted = walks.map((walk) => Number(/(\d+) files/.exec(walk)?.[1]));
    const listed = walks.map(
      (walk) => new Set([...walk.matchAll(/^\d+\. `([^`]+)`/gm)].map(([, path]) => path)).size,
    );
    expect(walks).toHaveLength(4);
    expect(counted).toEqual(listed);
  });

  it('lists the owner of every table', () => {
    const listed = rowsOf(section('Who owns which table')).flatMap(([owner = '', tables = '']) =>
      quoted(tables).map((table) => `${table}: ${quoted(owner)[0] ?? ''}`),
    );
    expect(listed.sort()).toEqual(
      Object.entries(TABLES)
        .map(([table, { owner }]) => `${table}: ${owner}`)
        .sort(),
    );
  });

  it('shows every folder of src on its floor, with its rooms', () => {
    const shown = rowsOf(section('Floors')).flatMap(([floor, folders = '']) =>
      folders.split(' · ').map((text) => ({ floor: Number(floor), name: quoted(text)[0] ?? '', text })),
    );
    expect(shown.map(({ name }) => name).sort()).toEqual(foldersIn('src'));
    expect(shown.filter(({ floor, name }) => FLOORS[floor]?.includes(name) !== true)).toEqual([]);
    for (const { name, text } of shown) {
      const rooms = /`: ([a-z, -]+)/.exec(text)?.[1]?.trim().split(', ').sort();
      if (rooms !== undefined) expect([name, ...rooms]).toEqual([name, ...foldersIn(`src/${name}`)]);
    }
  });
});
