import type { BacktestJob } from '../../core/backtest-desk.ts'
import type { BacktestReport, DiffReport, Episode, RunReport } from '../../core/backtest-report.ts'
import type { BacktestReportView, BacktestView, EpisodeView } from '../contract.ts'
import { toIso } from './to-iso.ts'

/** A back-test as it leaves huying: times as ISO 8601 in UTC, spans in seconds. */
export function toBacktestView(job: BacktestJob): BacktestView {
  const { id, state, by, startedBy, fromMs, toMs, startedAtMs, endedAtMs, readings, done, report, error } = job
  return {
    ...{ id, state, by, startedBy, from: toIso(fromMs), to: toIso(toMs), startedAt: toIso(startedAtMs) },
    ...(endedAtMs !== undefined && { endedAt: toIso(endedAtMs) }),
    ...{ readings, done },
    ...(report && { report: toReportView(report) }),
    ...(error && { error }),
  }
}

/** What came of it, the same way. */
export function toReportView(report: BacktestReport): BacktestReportView {
  const { fromMs, toMs, judgedFromMs, before, after, diff, ...counts } = report
  return {
    ...{ from: toIso(fromMs), to: toIso(toMs), judgedFrom: toIso(judgedFromMs), ...counts },
    after: toRunView(after),
    before: before && toRunView(before),
    diff: diff && toDiffView(diff),
  }
}

function toRunView({ activeMs, perRule, longest, ...rest }: RunReport) {
  return {
    ...rest,
    activeS: activeMs / 1000,
    perRule: perRule.map(({ activeMs: ruleMs, longestMs, ...rule }) => ({
      ...rule,
      activeS: ruleMs / 1000,
      longestS: longestMs / 1000,
    })),
    longest: longest && toEpisodeView(longest),
  }
}

function toDiffView({ addedFirst, vanishedFirst, changedFirst, ...rest }: DiffReport) {
  return {
    ...rest,
    addedFirst: addedFirst.map(toEpisodeView),
    vanishedFirst: vanishedFirst.map(toEpisodeView),
    changedFirst: changedFirst.map(({ before, after }) => ({
      before: toEpisodeView(before),
      after: toEpisodeView(after),
    })),
  }
}

function toEpisodeView({ raisedAtMs, clearedAtMs, ...rest }: Episode): EpisodeView {
  return { ...rest, raisedAt: toIso(raisedAtMs), clearedAt: clearedAtMs === null ? null : toIso(clearedAtMs) }
}
