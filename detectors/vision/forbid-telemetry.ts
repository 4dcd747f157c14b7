/**
 * onnxruntime-node 1.30 sends usage data to its maker and leaves a `mat-debug-*.log` in the temporary folder, unless this
 * variable is set before its library is loaded. In the main thread this reaches the whole process; a worker's own
 * `process.env` is a copy that the library does not read. See docs/decisions/0009-no-telemetry.md.
 */
export function forbidTelemetry(): void {
  process.env.ORT_DISABLE_TELEMETRY = '1'
}
