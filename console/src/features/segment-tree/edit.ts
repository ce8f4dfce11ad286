import type { GroupNode, TreeNode } from './tree.ts';

export type Move = 'up' | 'down' | 'in' | 'out';

/** The tree with one node changed; the others stay the same objects. */
export function changeNode<T extends TreeNode>(
  tree: T,
  key: string,
  change: (node: TreeNode) => TreeNode,
): T {
  if (tree.key === key) return change(tree) as T;
  if (tree.kind === 'condition') return tree;
  const nodes = tree.nodes.map((child) => changeNode(child, key, change));
  return nodes.every((node, index) => node === tree.nodes[index]) ? tree : { ...tree, nodes };
}

export function removeNode(tree: GroupNode, key: string): GroupNode {
  const nodes = tree.nodes
    .filter((child) => child.key !== key)
    .map((child) => (child.kind === 'group' ? removeNode(child, key) : child));
  return { ...tree, nodes };
}

export function addNode(tree: GroupNode, groupKey: string, node: TreeNode): GroupNode {
  return changeNode(tree, groupKey, (group) =>
    group.kind === 'group' ? { ...group, nodes: [...group.nodes, node] } : group,
  );
}

export function parentOf(tree: GroupNode, key: string): GroupNode | undefined {
  if (tree.nodes.some((child) => child.key === key)) return tree;
  for (const child of tree.nodes) {
    const found = child.kind === 'group' ? parentOf(child, key) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

export function nodeOf(tree: TreeNode, key: string): TreeNode | undefined {
  if (tree.key === key) return tree;
  if (tree.kind === 'condition') return undefined;
  for (const child of tree.nodes) {
    const found = nodeOf(child, key);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The group that `in` leads to: the one before it, else the one after it. */
function neighbour(parent: GroupNode, at: number): GroupNode | undefined {
  const beside = [parent.nodes[at - 1], parent.nodes[at + 1]];
  return beside.find((node): node is GroupNode => node?.kind === 'group');
}

/** Which moves lead somewhere. */
export function movesOf(tree: GroupNode, key: string): readonly Move[] {
  const parent = parentOf(tree, key);
  if (parent === undefined) return [];
  const at = parent.nodes.findIndex((child) => child.key === key);
  return [
    ...(at > 0 ? (['up'] as const) : []),
    ...(at < parent.nodes.length - 1 ? (['down'] as const) : []),
    ...(neighbour(parent, at) === undefined ? [] : (['in'] as const)),
    ...(parentOf(tree, parent.key) === undefined ? [] : (['out'] as const)),
  ];
}

export function moveNode(tree: GroupNode, key: string, move: Move): GroupNode {
  const parent = parentOf(tree, key);
  const node = nodeOf(tree, key);
  if (parent === undefined || node === undefined || !movesOf(tree, key).includes(move)) return tree;
  const at = parent.nodes.findIndex((child) => child.key === key);
  if (move === 'up' || move === 'down') {
    const nodes = parent.nodes.filter((child) => child.key !== key);
    nodes.splice(move === 'up' ? at - 1 : at + 1, 0, node);
    return changeNode(tree, parent.key, () => ({ ...parent, nodes }));
  }
  const target = move === 'in' ? neighbour(parent, at) : parentOf(tree, parent.key);
  if (target === undefined) return tree;
  const without = removeNode(tree, key);
  if (move === 'in') {
    const isBefore = parent.nodes[at - 1]?.key === target.key;
    return changeNode(without, target.key, (group) =>
      group.kind === 'group'
        ? { ...group, nodes: isBefore ? [...group.nodes, node] : [node, ...group.nodes] }
        : group,
    );
  }
  return changeNode(without, target.key, (group) => {
    if (group.kind !== 'group') return group;
    const nodes = [...group.nodes];
    nodes.splice(nodes.findIndex((child) => child.key === parent.key) + 1, 0, node);
    return { ...group, nodes };
  });
}

/** `conditions.1.conditions.0`, as the errors of the API name a node. */
export function pathOf(tree: GroupNode, key: string, path = ''): string | undefined {
  if (tree.key === key) return path;
  for (const [index, child] of tree.nodes.entries()) {
    const here = `${path === '' ? '' : `${path}.`}conditions.${index}`;
    if (child.key === key) return here;
    const found = child.kind === 'group' ? pathOf(child, key, here) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

export function countConditions(node: TreeNode): number {
  if (node.kind === 'condition') return 1;
  return node.nodes.reduce((sum, child) => sum + countConditions(child), 0);
}
