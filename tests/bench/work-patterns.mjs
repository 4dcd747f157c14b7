/**
 * `npm run bench:work-patterns`: how well kinds of work are told apart, on simulated signals with seeds that nobody looked at
 * while the signs were chosen. Prints the confusion matrix, and precision and recall per class, by block and by minute.
 */
import { WORK_CLASSES } from '../../dist/core/vibration.js'
import { analyseWaveform } from '../../dist/detectors/vibration/analyse-waveform.js'
import { loadWorkPatterns } from '../../dist/detectors/vibration/work-patterns.js'
import { vibrationSignal } from '../../dist/simulators/signals/vibration.js'

const EACH = Number(process.argv[2] ?? 100)
const FIRST_SEED = Number(process.argv[3] ?? 2_000_000)
const BLOCKS = 6
const SECONDS = 10
const RATES_HZ = [250, 500, 1000]
const patterns = loadWorkPatterns()

function analyse(columns, sampleRateHz, block, earlier) {
  const head = { quantity: 'velocity', sampleType: 'float32', axes: ['x', 'y', 'z'], overrange: false, sequence: block }
  const told = {
    ...head,
    startUs: block * SECONDS * 1e6,
    sampleRateHz,
    scale: 1,
    samples: columns[0].length,
    fullScale: 0,
  }
  return analyseWaveform(told, columns, { patterns, earlier })
}

/** One block, all of which is of the source. */
function blockWord(source, seed) {
  const sampleRateHz = RATES_HZ[seed % RATES_HZ.length]
  return analyse(vibrationSignal({ source, seed, seconds: SECONDS, sampleRateHz }), sampleRateHz, 0, []).work
}

/** One minute of one house, cut into blocks; in some of them nothing may happen. */
function minuteWord(source, seed) {
  const sampleRateHz = RATES_HZ[seed % RATES_HZ.length]
  const whole = vibrationSignal({ source, seed, seconds: BLOCKS * SECONDS, sampleRateHz })
  const samples = SECONDS * sampleRateHz
  const earlier = []
  let minute
  for (let block = 0; block < BLOCKS; block++) {
    const columns = whole.map((values) => values.slice(block * samples, (block + 1) * samples))
    const features = analyse(columns, sampleRateHz, block, earlier)
    earlier.push({ atMs: block * SECONDS * 1000, ...features.work })
    minute = features.minute
  }
  return minute
}

const byBlock = new Map(WORK_CLASSES.map((source) => [source, new Map()]))
const byMinute = new Map(WORK_CLASSES.map((source) => [source, new Map()]))
const count = (counts, word) => counts.set(word, (counts.get(word) ?? 0) + 1)
for (const source of WORK_CLASSES) {
  for (let n = 0; n < EACH; n++) count(byBlock.get(source), blockWord(source, FIRST_SEED + n).class)
  for (let n = 0; n < EACH / 4; n++) count(byMinute.get(source), minuteWord(source, FIRST_SEED + EACH + n).class)
}

function print(title, matrix) {
  const cells = (values) => values.map((value) => String(value).padStart(10)).join('')
  console.log(`\n${title}: rows are what it was, columns what it was taken for`)
  console.log(`${''.padEnd(10)}${cells([...WORK_CLASSES, 'recall'])}`)
  for (const [source, counts] of matrix) {
    const row = WORK_CLASSES.map((word) => counts.get(word) ?? 0)
    const all = row.reduce((a, b) => a + b, 0)
    console.log(`${source.padEnd(10)}${cells([...row, ((counts.get(source) ?? 0) / all).toFixed(3)])}`)
  }
  const precision = WORK_CLASSES.map((word) => {
    const all = [...matrix.values()].reduce((sum, counts) => sum + (counts.get(word) ?? 0), 0)
    return all === 0 ? '-' : ((matrix.get(word).get(word) ?? 0) / all).toFixed(3)
  })
  console.log(`${'precision'.padEnd(10)}${cells(precision)}`)
}

console.log(
  `${patterns.id}: ${EACH} blocks and ${EACH / 4} minutes of each source, seeds from ${FIRST_SEED}, ${RATES_HZ.join(', ')} Hz`,
)
print('blocks of 10 s', byBlock)
print('minutes', byMinute)
