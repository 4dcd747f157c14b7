/** Runs the browser tests, or says loudly that they are skipped where there is no Chromium. */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'

const chromium = process.env.CHROMIUM ?? '/usr/bin/chromium'
if (!existsSync(chromium)) {
  process.stderr.write(`\n!! SKIPPED: the browser tests, there is no ${chromium} (name another one in CHROMIUM)\n\n`)
  process.exit(0)
}
const command = ['node_modules/@playwright/test/cli.js', 'test', '-c', 'tests/browser/playwright.config.ts']
const { status } = spawnSync(process.execPath, [...command, ...process.argv.slice(2)], { stdio: 'inherit' })
process.exit(status ?? 1)
