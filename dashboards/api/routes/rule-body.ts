import { Type } from 'typebox'
import { AppError, toAppError } from '../../../core/errors.ts'
import type { RuleSpec } from '../../../core/rule-change.ts'
import type { Proposal, RuleDesk, RuleOutcome } from '../../../core/rule-desk.ts'
import type { RuleFault } from '../../../core/rule-fault.ts'
import type { ApiServer } from '../api-server.ts'

const YAML_TYPES = ['application/yaml', 'application/x-yaml', 'text/yaml', 'text/x-yaml']

/** A rule, or the text of a rule file. */
export const RuleBody = Type.Union([Type.Record(Type.String(), Type.Unknown()), Type.String()], {
  description: 'The rule as JSON, or a rule file as application/yaml',
})
export type RuleBody = Record<string, unknown> | string

/** Lets routes of this scope take rule files as they are, so that faults name their lines. */
export function takeYaml(scope: ApiServer): void {
  scope.addContentTypeParser(YAML_TYPES, { parseAs: 'string' }, (_request, body, done) => done(null, body))
}

interface RuleText {
  file: { path: string; text: string }
  /** The body was one rule as JSON: pointers then begin at the rule. */
  isBare: boolean
}

/** The body as the text of a rule file: rules given as JSON are printed, and meet the same checks as files do. */
export function toRuleText(body: RuleBody, desk: RuleDesk, id?: string): RuleText {
  if (typeof body === 'string') return { file: { path: 'body', text: body }, isBare: false }
  if (Array.isArray(body.rules))
    return { file: { path: 'body', text: desk.print(body.rules as RuleSpec[]) }, isBare: false }
  const spec = { ...(id !== undefined && { id }), ...body } as RuleSpec
  return { file: { path: 'body', text: desk.print([spec]) }, isBare: true }
}

/** Proposes the text. Faults of a rule given as JSON come with the text that their lines and columns count in. */
export async function proposeText(
  desk: RuleDesk,
  { file, isBare }: RuleText,
  proposal: Omit<Proposal, 'file'>,
): Promise<RuleOutcome> {
  try {
    return await desk.propose({ ...proposal, file })
  } catch (thrown) {
    const error = toAppError(thrown)
    if (error.code !== 'rules_invalid' || !isBare) throw error
    const faults = (error.details.faults as RuleFault[]).map((fault) => toBareFault(fault, file.path))
    throw new AppError('rules_invalid', error.message, { faults, yaml: file.text })
  }
}

function toBareFault(fault: RuleFault, path: string): RuleFault {
  if (fault.file !== path || fault.pointer === undefined) return fault
  return { ...fault, pointer: fault.pointer.replace(/^\/rules\/0/, '') }
}
