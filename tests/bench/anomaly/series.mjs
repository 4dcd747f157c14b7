import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Where labelled series lie when the project is checked out beside its shared folder. */
export const DATA = fileURLToPath(new URL('../../../../shared/data/series', import.meta.url))

/**
 * The labelled series of a folder: `windows.json` names each CSV (`timestamp,value`, local time without zone, read as
 * UTC) with the windows in which people saw something unusual. Windows come back as first and last row; one between two
 * rows has none and is left out. Throws with file and line for what cannot be read.
 */
export function loadSeries(dir) {
  const labels = JSON.parse(readFileSync(join(dir, 'windows.json'), 'utf8'))
  return Object.entries(labels)
    .map(([name, windows]) => ({ name, ...readSeries(join(dir, name), windows) }))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
}

function readSeries(path, labels) {
  const lines = readFileSync(path, 'utf8').trim().split(/\r?\n/).slice(1)
  const samples = lines.map((line, index) => {
    const [timestamp, value] = line.split(',')
    const sample = { atMs: toMs(timestamp), value: value ? Number(value) : Number.NaN }
    if (!Number.isFinite(sample.atMs) || !Number.isFinite(sample.value))
      throw new Error(`${path}, line ${index + 2}: wanted timestamp,value and found ${line}`)
    return sample
  })
  const windows = labels
    .map(([from, to]) => [firstRow(samples, toMs(from)), lastRow(samples, toMs(to))])
    .filter(([first, last]) => first !== -1 && first <= last)
  return { samples, rows: samples.length, windows: windows.sort(([a], [b]) => a - b) }
}

/** Clocks are set back in some series, so the exact moment is looked for first. */
function firstRow(samples, fromMs) {
  const exact = samples.findIndex(({ atMs }) => atMs === fromMs)
  return exact === -1 ? samples.findIndex(({ atMs }) => atMs > fromMs) : exact
}

function lastRow(samples, toMs) {
  const exact = samples.findIndex(({ atMs }) => atMs === toMs)
  return exact === -1 ? samples.findLastIndex(({ atMs }) => atMs < toMs) : exact
}

const toMs = (text) => Date.parse(`${text.trim().replace(' ', 'T').slice(0, 19)}Z`)
