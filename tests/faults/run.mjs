/** `npm run test:faults [-- --alerts 10000 --seed 42]`: the long fault run. A failing one is repeated by its seed. */
import { spawnSync } from 'node:child_process'
import { parseArgs } from 'node:util'

const { values } = parseArgs({ options: { alerts: { type: 'string', default: '10000' }, seed: { type: 'string' } } })
const { status } = spawnSync(
  process.execPath,
  ['node_modules/vitest/vitest.mjs', 'run', 'tests/faults/checks.test.ts', 'tests/acceptance/faults.test.ts'],
  {
    stdio: 'inherit',
    env: {
      ...process.env,
      HUYING_FAULTS_ALERTS: values.alerts,
      ...(values.seed && { HUYING_FAULTS_SEED: values.seed }),
    },
  },
)
process.exitCode = status ?? 1
