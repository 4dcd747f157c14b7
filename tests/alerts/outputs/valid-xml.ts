import { readFile } from 'node:fs/promises'
import { validateXML } from 'xmllint-wasm'
import { assetPath } from '../../../core/source-path.ts'

const SCHEMAS = { cap: 'tests/fixtures/cap/cap-1.2.xsd' }

/**
 * What is wrong with these CAP documents: nothing when they are well-formed and fit the schema. `CAP_SCHEMA` names another schema file,
 * for example the one that OASIS publishes.
 */
export async function capFaults(documents: string[]): Promise<string[]> {
  const schema = await readFile(process.env.CAP_SCHEMA ?? assetPath(SCHEMAS.cap), 'utf8')
  const xml = documents.map((contents, n) => ({ fileName: `cap-${n}.xml`, contents }))
  const { errors } = await validateXML({ xml, schema: [{ fileName: 'cap.xsd', contents: schema }] })
  return errors.map(({ message }) => message)
}

/** Whether it is XML at all. */
export async function isWellFormed(document: string): Promise<boolean> {
  const { valid } = await validateXML({ xml: document, normalization: 'c14n', schema: [] } as never)
  return valid
}

/** Contents of all elements of this name, as a reader sees them. */
export function textsOf(document: string, element: string): string[] {
  const found = document.matchAll(new RegExp(`<${element}>([^<]*)</${element}>`, 'g'))
  return [...found].map(([, text = '']) =>
    text
      .replaceAll('&lt;', '<')
      .replaceAll('&gt;', '>')
      .replaceAll('&quot;', '"')
      .replaceAll('&apos;', "'")
      .replaceAll('&amp;', '&'),
  )
}
