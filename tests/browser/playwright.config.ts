import { defineConfig } from '@playwright/test'

/**
 * Two kinds of test. `page.spec.ts` serves the built page itself, from memory. `journey.spec.ts` starts the real service,
 * by HUYING_JOURNEY_COMMAND if another than the default is wanted. The page must be built before (`dist/web`).
 */
export default defineConfig({
  testDir: '.',
  outputDir: '../../test-results/browser',
  workers: 1,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: 'list',
  use: {
    locale: 'zh-CN',
    timezoneId: 'Asia/Shanghai',
    viewport: { width: 1280, height: 800 },
    // A trace doubles the time of a test: ask for one by HUYING_TRACE=1.
    trace: process.env.HUYING_TRACE ? 'retain-on-failure' : 'off',
    video: 'off',
    screenshot: 'only-on-failure',
    launchOptions: { executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium' },
  },
})
