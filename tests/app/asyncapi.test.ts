import { readFileSync } from 'node:fs'
import { Parser } from '@asyncapi/parser'
import { beforeAll, describe, expect, it } from 'vitest'
import { asyncApiText } from '../../app/asyncapi.ts'
import { ALERT_COMMANDS } from '../../core/alert-command.ts'
import { ERROR_CODES } from '../../core/errors.ts'
import { assetPath } from '../../core/source-path.ts'

describe('the AsyncAPI document', () => {
  let parsed: Awaited<ReturnType<Parser['parse']>>
  beforeAll(async () => {
    parsed = await new Parser().parse(asyncApiText())
  })

  it('has no fault in the eyes of its parser', () => {
    const faults = parsed.diagnostics.filter(({ severity }) => severity <= 1)
    expect(faults.map(({ path, message }) => `${path.join('.')}: ${message}`)).toEqual([])
    expect(parsed.document?.version()).toBe('3.0.0')
  })

  it('lies in the docs as the code prints it (`npm run huying -- config asyncapi`)', () => {
    expect(readFileSync(assetPath('docs/asyncapi.yaml'), 'utf8')).toBe(asyncApiText())
  })

  it('names every message in both directions', () => {
    const operations = parsed.document?.operations().all() ?? []
    const said = (action: string) =>
      operations
        .filter((operation) => operation.action() === action && operation.channels().all()[0]?.id() === 'dispatch')
        .flatMap((operation) => operation.messages().all())
        .map((message) => message.id())
    expect(said('receive')).toEqual([
      ...['subscribe', 'ack', 'command'],
      ...ALERT_COMMANDS.map((name) => `command.${name}`),
    ])
    expect(said('send')).toEqual(['event', 'progress', 'error'])
    const replies = operations.flatMap((operation) => operation.reply()?.messages().all() ?? [])
    expect([...new Set(replies.map((message) => message.id()))].sort()).toEqual(['error', 'result', 'subscribed'])
  })

  it('names every error code and close code', () => {
    const channel = parsed.document?.channels().get('dispatch')?.json<Record<string, object>>()
    const [errors, closes] = [channel?.['x-error-codes'] ?? {}, channel?.['x-close-codes'] ?? {}]
    expect(Object.keys(errors)).toEqual(['bad_cursor', 'not_subscribed', ...Object.keys(ERROR_CODES)])
    expect(Object.keys(closes)).toEqual(['1001', '1008', '1009', '1011'])
  })
})
