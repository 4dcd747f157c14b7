/** What a text may be filled in from: `${NAME}` from the environment, `${file:PATH}` from a file, `$${` stays `${`. */
export interface Sources {
  env: Readonly<Record<string, string | undefined>>
  /** Content of a file, null when it cannot be read. */
  read(path: string): string | null
}

const PLACEHOLDER = /\$?\$\{([^}]*)\}/g
const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/

/**
 * The content with its texts filled in, so that secrets need not stand in the file. `onFault` is told which placeholder has nothing;
 * never what was filled in. `filled` gets the paths of texts that may now hold a secret.
 */
export function fillIn(
  content: unknown,
  sources: Sources,
  { onFault, filled }: { onFault(path: string[], message: string): void; filled: Set<string> },
  path: string[] = [],
): unknown {
  if (Array.isArray(content))
    return content.map((item, index) => fillIn(item, sources, { onFault, filled }, [...path, String(index)]))
  if (typeof content === 'object' && content !== null)
    return Object.fromEntries(
      Object.entries(content).map(([key, item]) => [key, fillIn(item, sources, { onFault, filled }, [...path, key])]),
    )
  if (typeof content !== 'string') return content
  return content.replace(PLACEHOLDER, (whole, named: string) => {
    if (whole.startsWith('$$')) return whole.slice(1)
    filled.add(path.join('/'))
    const found = contentOf(named, sources)
    if (typeof found === 'string') return found
    onFault(path, found.fault)
    return ''
  })
}

function contentOf(named: string, { env, read }: Sources): string | { fault: string } {
  if (named.startsWith('file:')) {
    const path = named.slice('file:'.length)
    return read(path)?.replace(/\r?\n$/, '') ?? { fault: `the file ${path} cannot be read` }
  }
  if (!NAME.test(named)) return { fault: `\${${named}} is neither the name of a variable nor file:PATH` }
  return env[named] || { fault: `the environment variable ${named} is not set` }
}
