import { PIPELINE_UNITS, type PipelineStage } from '../../../contract.ts'
import { formatNumber } from '../../words/numbers.ts'
import { bytesWords, type OperationsTranslate } from '../words.ts'

/** The number of a stage as people read it; a dash for what is not known. */
export function stageNumber(stage: PipelineStage, value: number | null): string {
  if (value === null) return '–'
  const isRate = PIPELINE_UNITS[stage].endsWith('/s') || PIPELINE_UNITS[stage] === 'ms'
  if (!isRate) return String(Math.round(value))
  return value >= 100 ? String(Math.round(value)) : formatNumber(Number(value.toFixed(1)))
}

/** A further number of a stage, in its unit. */
export function factNumber(name: string, value: number | null): string {
  if (value === null) return '–'
  if (name.endsWith('Bytes')) return bytesWords(value)
  if (name.endsWith('Ms')) return `${formatNumber(Number(value.toPrecision(3)))} ms`
  return formatNumber(Number(value.toFixed(1)))
}

/** All of one card, for those who cannot see it. */
export function stageLabel(stage: PipelineStage, value: number | null, t: OperationsTranslate): string {
  return `${t(`operations.stage.${stage}`)} ${stageNumber(stage, value)} ${t(`operations.unit.${stage}`)}`
}
