import { InvalidArgumentError } from 'commander'

/** Option parsers: what they cannot read is refused with what was expected. */
export function wholeNumber(text: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value)) throw new InvalidArgumentError('expected a whole number')
  return value
}

export function positiveNumber(text: string): number {
  const value = Number(text)
  if (!(value > 0 && Number.isFinite(value))) throw new InvalidArgumentError('expected a number above 0')
  return value
}
