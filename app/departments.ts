import { readFileSync } from 'node:fs'
import Type from 'typebox'
import Value from 'typebox/value'
import { parseDocument } from 'yaml'
import { CATEGORIES } from '../core/category.ts'
import { AppError } from '../core/errors.ts'
import { assetPath } from '../core/source-path.ts'

const FILE = Type.Object(
  {
    departments: Type.Record(
      Type.String({ minLength: 1, maxLength: 200 }),
      Type.Array(Type.Enum(Object.keys(CATEGORIES))),
    ),
  },
  { additionalProperties: false },
)

/** Whose duty a category is; undefined where the file does not say. */
export type DepartmentOf = (category: string) => string | undefined

/** Reads the shipped departments, or those of an own file. Throws `config_invalid`. */
export function loadDepartments(file: string): DepartmentOf {
  const of = readDepartments(file)
  return (category) => of.get(category)
}

/** The names in that file, in its order. */
export function departmentNames(file: string): string[] {
  return [...new Set(readDepartments(file).values())]
}

function readDepartments(file: string): Map<string, string> {
  const path = file || assetPath('alerts/departments.yaml')
  return parseDepartments(readText(path), path)
}

export function parseDepartments(text: string, path: string): Map<string, string> {
  const document = parseDocument(text, { prettyErrors: true })
  const content: unknown = document.errors.length > 0 ? null : document.toJS()
  if (!Value.Check(FILE, content)) {
    const faults = [
      ...document.errors.map(({ message }) => message),
      ...Value.Errors(FILE, content).map(({ instancePath, message }) => `${instancePath || '/'} ${message}`),
    ]
    throw invalid(path, faults.slice(0, 3).join('; '))
  }
  const of = new Map<string, string>()
  for (const [department, categories] of Object.entries(content.departments))
    for (const category of categories) {
      if (of.has(category))
        throw invalid(path, `category ${category} belongs to ${of.get(category)} and to ${department}`)
      of.set(category, department)
    }
  return of
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    throw new AppError('config_invalid', 'the file of departments cannot be read', { path }, { cause })
  }
}

function invalid(path: string, fault: string): AppError {
  return new AppError('config_invalid', `${path}: ${fault}`, { path })
}
