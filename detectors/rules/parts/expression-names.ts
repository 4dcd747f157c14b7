import type { ASTNode } from '@marcbachmann/cel-js'

/** The names that an expression uses, and the first thing in it that is refused. */
export interface ExpressionNames {
  /** Names of variables, types left out. */
  words: string[]
  /** Those asked for as `metrics["…"]`. */
  metrics: string[]
  refused: { at: number; message: string } | null
}

/** Functions that walk through a list; one inside another could take long. */
const WALKS = new Set(['all', 'exists', 'exists_one', 'map', 'filter'])
/** `matches` runs regular expressions that can be made to take for ever; `bind` lets a text grow without bound. */
const REFUSED: Record<string, string> = {
  matches: 'matches is not available; use startsWith, endsWith or contains',
  bind: 'cel.bind is not available',
}
/** Names of types are values too: `type(device.attributes.n) == double`. */
const TYPES = new Set(['bool', 'int', 'uint', 'double', 'string', 'bytes', 'list', 'map', 'null_type', 'type', 'dyn'])

type Use = { word: string; node: ASTNode } | { metric: string } | { refused: string; node: ASTNode }

export function namesOf(root: ASTNode): ExpressionNames {
  const words = new Set<string>()
  const metrics = new Set<string>()
  let refused: ExpressionNames['refused'] = null
  for (const use of usesOf(root, null)) {
    if ('word' in use) words.add(use.word)
    else if ('metric' in use) metrics.add(use.metric)
    else refused ??= { at: use.node.start + 1, message: use.refused }
  }
  return { words: [...words], metrics: [...metrics], refused }
}

/** `bound` is the variable of the walk that the node is in. */
function* usesOf(node: ASTNode, bound: string | null): Iterable<Use> {
  if (node.op === 'id') {
    if (node.args === 'metrics') yield { refused: 'metrics must be asked by a name in quotes: metrics["pm2.5"]', node }
    else if (node.args !== bound && !TYPES.has(node.args)) yield { word: node.args, node }
  } else if (node.op === '[]' && isMetrics(node.args[0]) && node.args[1].op === 'value') {
    yield { metric: String(node.args[1].args) }
  } else if (node.op === 'rcall') {
    yield* usesOfCall(node, bound)
  } else {
    for (const part of partsOf(node.args)) yield* usesOf(part, bound)
  }
}

function* usesOfCall(node: ASTNode & { op: 'rcall' }, bound: string | null): Iterable<Use> {
  const [name, receiver, args] = node.args
  const [variable, ...rest] = args
  const isWalk = WALKS.has(name) && variable?.op === 'id'
  if (Object.hasOwn(REFUSED, name)) yield { refused: REFUSED[name]!, node }
  else if (isWalk && bound !== null)
    yield { refused: `${name} inside another walk through a list is not available`, node }
  else {
    yield* usesOf(receiver, bound)
    for (const arg of isWalk ? rest : args) yield* usesOf(arg, isWalk ? variable.args : bound)
  }
}

function isMetrics(node: ASTNode): boolean {
  return node.op === 'id' && node.args === 'metrics'
}

/** The nodes within a node's arguments. */
function partsOf(args: unknown): ASTNode[] {
  if (Array.isArray(args)) return args.flatMap(partsOf)
  return typeof args === 'object' && args !== null && 'op' in args ? [args as ASTNode] : []
}
