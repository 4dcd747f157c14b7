import { type Command, InvalidArgumentError } from 'commander'
import type { TemplateView } from '../../core/rule-desk.ts'
import { clientOf, type Reaching, reaching } from './reach-service.ts'
import { show } from './rules-change.ts'

interface Filling {
  id?: string
  set: [string, string | number][]
  place?: string
  device?: string
  dryRun?: boolean
}

/** `huying rules template`: what there is for a type of device, and a rule made of it. */
export function addRulesTemplateCommand(rules: Command, program: Command): void {
  reaching(rules.command('template'))
    .argument('[type]', 'type of device, for example smoke-detector')
    .argument('[template]', 'the template to make a rule of')
    .option('--id <id>', 'id of the new rule')
    .option('--set <name=value>', 'set a parameter; repeatable', parameter, [])
    .option('--place <glob>', 'only devices at this place')
    .option('--device <glob>', 'only these devices')
    .option('--dry-run', 'only say what would change')
    .description('list the templates, those for a type with their parameters, or make a rule of one')
    .action(
      async (type: string | undefined, template: string | undefined, options: Reaching & Filling, command: Command) => {
        const client = clientOf(program, options)
        if (template !== undefined) {
          if (options.id === undefined) command.error("error: required option '--id <id>' not specified")
          const wish = toWish(template, type, options)
          console.log(show(await client.call('POST', '/api/v1/rules/from-template', wish)))
          return
        }
        const query = type === undefined ? '' : `?type=${encodeURIComponent(type)}`
        const { items } = await client.call<{ items: TemplateView[] }>('GET', `/api/v1/rules/templates${query}`)
        for (const item of items) console.log(describe(item, type !== undefined))
      },
    )
}

function toWish(template: string, type: string | undefined, { id, set, place, device, dryRun }: Filling) {
  return {
    ...{ template, type, id },
    parameters: Object.fromEntries(set),
    where: { ...(place !== undefined && { place }), ...(device !== undefined && { device }) },
    ...(dryRun && { dryRun }),
  }
}

function describe({ id, types, title, parameters }: TemplateView, inFull: boolean): string {
  const head = `${id}\t${title.en}\t${types.join(', ')}`
  if (!inFull) return head
  const lines = parameters.map(({ name, unit = '', default: usual, min, max, title: { en } }) => {
    const range = min === undefined && max === undefined ? '' : ` (${min ?? ''} to ${max ?? ''})`
    return `    ${name}=${usual}${unit === '' ? '' : ` ${unit}`}${range}  ${en}`
  })
  return [head, ...lines].join('\n')
}

function parameter(text: string, before: Filling['set']): Filling['set'] {
  const [, name, value] = /^([^=]+)=(.+)$/s.exec(text) ?? []
  if (name === undefined || value === undefined) throw new InvalidArgumentError('expected name=value')
  return [...before, [name, /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : value]]
}
