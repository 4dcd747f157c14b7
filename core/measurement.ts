/** One number for `/metrics`, read at the moment of the scrape. Names follow Prometheus: `huying_<thing>_<unit>[_total]`. */
export interface Measurement {
  name: string
  help: string
  kind: 'counter' | 'gauge'
  value: number
  /** Low cardinality only: never a device id. */
  labels?: Record<string, string>
}
