import { PbfReader } from 'pbf'
import { parse } from 'yaml'

/** What an ONNX file says of itself, beside its graph: key to value, as text. */
export type GraphMetadata = Readonly<Record<string, string>>

/** Field of `ModelProto` in onnx.proto (IR version 3 and later); its entries are key = 1, value = 2. */
const METADATA_PROPS = 14

/**
 * The `metadata_props` of an .onnx file, which onnxruntime-node does not tell. The graph itself is skipped, not read.
 * Bytes that are no protobuf give nothing: that they are no model either is found by onnxruntime.
 * Source: onnx/onnx.proto, `message ModelProto`; docs/MetadataProps.md (Apache-2.0).
 */
export function readMetadata(onnx: Uint8Array): GraphMetadata {
  const metadata: Record<string, string> = {}
  try {
    new PbfReader(onnx).readFields((tag, into, pbf) => {
      if (tag !== METADATA_PROPS) return
      const entry = pbf.readMessage(readEntry, { key: '', value: '' })
      if (entry.key !== '') into[entry.key] = entry.value
    }, metadata)
  } catch {
    return {}
  }
  return metadata
}

function readEntry(tag: number, entry: { key: string; value: string }, pbf: PbfReader): void {
  if (tag === 1) entry.key = pbf.readString()
  if (tag === 2) entry.value = pbf.readString()
}

/**
 * Class names in the order of their numbers, or null where the file tells none that we can read. Ultralytics writes a
 * Python dictionary or list as text, which is YAML as well: `{0: 'boat', 1: 'person'}`, `['boat', 'person']`.
 * Source: ultralytics 8, `engine/exporter.py`; yolov5 7, `export.py` (keys `names`, `stride`, and later `task`, `imgsz`).
 */
export function labelsOf(metadata: GraphMetadata): string[] | null {
  const names = parseText(metadata.names)
  if (typeof names !== 'object' || names === null) return null
  const labels = Array.isArray(names) ? names : inOrder(names as Record<string, unknown>)
  const texts = labels?.filter((label): label is string | number => ['string', 'number'].includes(typeof label))
  if (!labels || !texts || texts.length < labels.length || texts.length === 0) return null
  const unique = texts.map(String)
  return new Set(unique).size === unique.length ? unique : null
}

/** The values of 0, 1, 2 …; null when one is missing. */
function inOrder(names: Record<string, unknown>): unknown[] | null {
  const labels = Object.keys(names).map((_, number) => names[String(number)])
  return labels.includes(undefined) ? null : labels
}

/** Height and width that the file was exported for (`imgsz`, `[640, 640]`), or null. */
export function imageSizeOf(metadata: GraphMetadata): { width: number; height: number } | null {
  const told = parseText(metadata.imgsz)
  const [height, width = height] = Array.isArray(told) ? (told as unknown[]) : [told]
  return isSide(height) && isSide(width) ? { width, height } : null
}

function isSide(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) > 0 && (value as number) <= 8192
}

/** What the network was made for (`detect`, `segment`, `pose`, `obb`, `classify`), where the file tells it. */
export function taskOf(metadata: GraphMetadata): string | null {
  return metadata.task ?? null
}

/** YOLOv5 and its successors write stride and names together; nobody else is known to. */
export function isUltralytics(metadata: GraphMetadata): boolean {
  return metadata.stride !== undefined && metadata.names !== undefined
}

function parseText(text: string | undefined): unknown {
  if (text === undefined || text.length > 100_000) return undefined
  try {
    return parse(text) as unknown
  } catch {
    return undefined
  }
}
