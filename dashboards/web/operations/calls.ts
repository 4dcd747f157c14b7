import type {
  AlertStatisticsView,
  BacktestView,
  CheckpointView,
  DeadLetterView,
  DeviceDetailView,
  DeviceHealthView,
  DeviceView,
  LedgerKeysView,
  LogLineView,
  ModelsView,
  OutOfServiceView,
  OutputView,
  PageOf,
  PayloadVerdictView,
  PayloadView,
  PipelineView,
  RefusalView,
  ReviewStatistics,
  RuleChangesView,
  RuleDetailView,
  RuleFaultView,
  RuleHearingView,
  RuleVersionView,
  RuleView,
  SettingInForce,
  SubscriberView,
} from '../../contract.ts'
import { ApiFailure, type Http } from '../http.ts'

/** What is to be different of a device; null takes a field or an attribute away. */
export type DevicePatch = Record<string, unknown>
export interface RulesView {
  version: string
  items: RuleView[]
  faults: RuleFaultView[]
}
export interface Readiness {
  ready: boolean
  reasons: { code: string; message: string }[]
  info: Record<string, unknown>
}

/** The calls that only the operations page makes. */
export type OperationsCalls = ReturnType<typeof createOperationsCalls>

/** Checkpoints before the newest that are listed, counted in records. */
const CHECKPOINTS_BACK = 20_000
const of = (id: string) => encodeURIComponent(id)

export function createOperationsCalls({ get, send, blob }: Http) {
  const list = async <T>(path: string) => (await get<PageOf<T>>(path)).items
  return {
    pipeline: () => get<PipelineView>('/api/v1/pipeline'),
    health: () => list<DeviceHealthView>('/api/v1/device-health'),
    refusals: (device?: string) =>
      list<RefusalView>(`/api/v1/refusals${device === undefined ? '' : `?device=${of(device)}`}`),
    log: (level: string, device?: string) =>
      list<LogLineView>(`/api/v1/log?level=${level}&limit=300${device ? `&device=${of(device)}` : ''}`),
    settings: () => list<SettingInForce>('/api/v1/settings'),
    ready: () => get<Readiness>('/readyz').catch(notReady),

    device: (id: string) => get<DeviceDetailView>(`/api/v1/devices/${of(id)}`),
    register: (device: object) => send<{ id: string; token: string }>('POST', '/api/v1/devices', device),
    changeDevice: (id: string, patch: DevicePatch) => send<DeviceView>('PATCH', `/api/v1/devices/${of(id)}`, patch),
    renewToken: (id: string) => send<{ token: string }>('POST', `/api/v1/devices/${of(id)}/token`),
    payloads: (id: string) => list<PayloadView>(`/api/v1/devices/${of(id)}/payloads`),
    tryPayload: (id: string, text: string) =>
      send<PayloadVerdictView>('POST', `/api/v1/devices/${of(id)}/payloads/check`, { text }),
    outOfService: () => list<OutOfServiceView>('/api/v1/out-of-service'),
    takeOut: (id: string, body: { until: string; reason: string }) =>
      send('PUT', `/api/v1/out-of-service/${of(id)}`, body),
    putBack: (id: string) => send('DELETE', `/api/v1/out-of-service/${of(id)}`),

    rules: () => get<RulesView>('/api/v1/rules'),
    rule: (id: string) => get<RuleDetailView>(`/api/v1/rules/${of(id)}`),
    versions: (id: string) => list<RuleVersionView>(`/api/v1/rules/${of(id)}/versions`),
    hearings: () => list<RuleHearingView>('/api/v1/rule-hearings'),
    statistics: () => get<AlertStatisticsView>('/api/v1/alerts/statistics'),
    checkRule: (yaml: string) => send<RuleChangesView>('POST', '/api/v1/rules/check', toYaml(yaml)),
    /** `version`: the one that was seen; null makes a new rule. */
    saveRule: (id: string | null, rule: string | object, version: number) =>
      id === null
        ? send<RuleDetailView>('POST', '/api/v1/rules', toYaml(rule))
        : send<RuleDetailView>('PUT', `/api/v1/rules/${of(id)}?expectedVersion=${version}`, toYaml(rule)),
    removeRule: (id: string, version: number) => send('DELETE', `/api/v1/rules/${of(id)}?expectedVersion=${version}`),
    rollBack: (id: string, version: number, expectedVersion: number) =>
      send('POST', `/api/v1/rules/${of(id)}/rollback`, { version, expectedVersion }),
    startBacktest: (rules: string, from: string, to: string) =>
      send<BacktestView>('POST', '/api/v1/rules/backtest', { rules, from, to }),
    /** Newest first. */
    backtests: () => list<BacktestView>('/api/v1/rules/backtest'),
    backtest: (id: string) => get<BacktestView>(`/api/v1/rules/backtest/${of(id)}`),
    endBacktest: (id: string) => send('DELETE', `/api/v1/rules/backtest/${of(id)}`),

    models: () => get<ModelsView>('/api/v1/models'),
    reloadModels: () => send<{ changed: boolean; models: ModelsView }>('POST', '/api/v1/models/reload'),
    reviews: () => get<ReviewStatistics>('/api/v1/reviews/statistics'),

    subscribers: () => list<SubscriberView>('/api/v1/subscribers'),
    forgetSubscriber: (name: string) => send('DELETE', `/api/v1/subscribers/${of(name)}`),
    outputs: () => list<OutputView>('/api/v1/outputs'),
    deadLetters: (name: string) => list<DeadLetterView>(`/api/v1/outputs/${of(name)}/dead-letters`),
    replay: (name: string) =>
      send<{ replaying: number }>('POST', `/api/v1/outputs/${of(name)}/dead-letters/replay`, {}),
    testOutput: (name: string) => send('POST', `/api/v1/outputs/${of(name)}/test`),

    /** Newest first. */
    async checkpoints(): Promise<CheckpointView[]> {
      const size = sizeIn(await blob('/api/v1/ledger/checkpoint').then((note) => note.text()))
      const after = Math.max(0, size - CHECKPOINTS_BACK)
      return (await list<CheckpointView>(`/api/v1/ledger/checkpoints?after=${after}&limit=1000`)).reverse()
    },
    consistency: (from: number, to: number) =>
      get<{ from: number; to: number; path: string[] }>(`/api/v1/ledger/consistency?from=${from}&to=${to}`),
    keys: () => get<LedgerKeysView>('/api/v1/ledger/keys'),
  }
}

/** Not to be ready is an answer too, though its status is that of a failure. */
function notReady(thrown: unknown): Readiness {
  if (thrown instanceof ApiFailure && Array.isArray(thrown.details.reasons)) return thrown.details as never
  throw thrown
}

/** The text of a rule file goes as it is, so that faults name its lines. */
function toYaml(rule: string | object): object {
  return typeof rule === 'string' ? new Blob([rule], { type: 'application/yaml' }) : rule
}

/** The second line of a checkpoint is how many records it covers (C2SP tlog-checkpoint). */
function sizeIn(note: string): number {
  return Number(note.split('\n')[1] ?? 0)
}
