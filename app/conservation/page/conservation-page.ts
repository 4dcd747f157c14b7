import type { ConservationReport } from '../../../core/conservation-report.ts'
import type { Language } from '../../../dashboards/web/words/words.ts'
import { html } from '../../printed/html.ts'
import { conservationStyle } from './conservation-style.ts'
import { alertsSection, recordsSection, visitsSection, warningsSection } from './events-section.ts'
import { headSection, houseName, houseSection, monthWords, originSection } from './head-section.ts'
import { healthSection } from './health-section.ts'
import { createFootnotes, limitsSection, sourcesSection } from './limits-section.ts'
import { measuredSection, mouldSection, trendsSection, vibrationSection } from './measured-section.ts'
import { createShown } from './shown.ts'

/** The report as one HTML page that needs nothing but itself, runs nothing, and prints on A4. */
export function conservationPage(report: ConservationReport, language: Language): string {
  const shown = createShown(report, language)
  const { say, of } = shown
  const notes = createFootnotes(shown)
  const month = monthWords(report.period.month, language)
  const style = conservationStyle({
    left: houseName(report),
    right: `${say('保护监测月报', 'Conservation report')} ${month}`,
    page: `${of(report.made.title)} huying ${report.made.version}`,
  })
  const page = html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${houseName(report)} · ${month}</title>
<style>${{ html: style }}</style>
</head>
<body>
<main>
${headSection(shown)}
${warningsSection(shown)}
${limitsSection(shown, notes)}
${vibrationSection(shown)}
${trendsSection(shown)}
${mouldSection(shown)}
${measuredSection(shown)}
${alertsSection(shown)}
${visitsSection(shown)}
${recordsSection(shown)}
${healthSection(shown)}
${houseSection(shown)}
${sourcesSection(shown, notes)}
${originSection(shown)}
</main>
</body>
</html>
`
  return page.html
}
