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
    trace: 'retain-on-failure',
    video: 'off',
    screenshot: 'only-on-failure',
    launchOptions: { executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium' },
  },
})
