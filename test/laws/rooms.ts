import { posix } from 'node:path';
import type { SourceFile } from './source-files.js';

/** Which room of a feature imports from which: `campaign` and `intake` are rooms, `campaigns.module.ts` is one too. */
export type RoomGraph = Map<string, Map<string, string>>;

const IMPORT = /(?:\bfrom\s*|\bimport\s*\(\s*|\bimport\s+)'(\.{1,2}\/[^']+)'/g;

/**
 * The graph of a feature's rooms: its sub-folders, and each file at its root as a room of its own. Type imports count:
 * a reader follows them too. For each arrow one import is kept as its example.
 */
export function roomGraph(feature: string, files: readonly SourceFile[]): RoomGraph {
  const graph: RoomGraph = new Map();
  for (const { path, text } of files) {
    const room = roomOf(feature, path);
    if (room === undefined) continue;
    const arrows = graph.get(room) ?? new Map<string, string>();
    graph.set(room, arrows);
    for (const target of importsOf(path, text)) {
      const other = roomOf(feature, target);
      if (other !== undefined && other !== room && !arrows.has(other))
        arrows.set(other, `${path} -> ${target}`);
    }
  }
  return graph;
}

export function countArrows(graph: RoomGraph): number {
  return [...graph.values()].reduce((sum, arrows) => sum + arrows.size, 0);
}

/** One circle of rooms, with the imports that close it; undefined when there is none. */
export function circleIn(graph: RoomGraph): string[] | undefined {
  const done = new Set<string>();
  const visit = (room: string, trail: readonly string[]): string[] | undefined => {
    const seen = trail.indexOf(room);
    if (seen >= 0) {
      const circle = [...trail.slice(seen), room];
      return circle.slice(1).map((to, index) => graph.get(circle[index] ?? '')?.get(to) ?? to);
    }
    if (done.has(room)) return undefined;
    for (const next of graph.get(room)?.keys() ?? []) {
      const circle = visit(next, [...trail, room]);
      if (circle !== undefined) return circle;
    }
    done.add(room);
    return undefined;
  };
  for (const room of graph.keys()) {
    const circle = visit(room, []);
    if (circle !== undefined) return circle;
  }
  return undefined;
}

/** How many files lie in each folder itself, without its sub-folders. */
export function filesPerFolder(paths: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const path of paths) counts.set(posix.dirname(path), (counts.get(posix.dirname(path)) ?? 0) + 1);
  return counts;
}

function roomOf(feature: string, path: string): string | undefined {
  return path.startsWith(`${feature}/`) ? path.slice(feature.length + 1).split('/')[0] : undefined;
}

function importsOf(path: string, text: string): string[] {
  return [...text.matchAll(IMPORT)].map(([, target = '']) =>
    posix.join(posix.dirname(path), target).replace(/\.js$/, '.ts'),
  );
}
