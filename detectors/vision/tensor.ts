/** What a graph says of one of its inputs or outputs. A dimension that it leaves open is null. */
export interface TensorShape {
  name: string
  type: string
  dims: (number | null)[]
}

/** One output of a run. */
export interface TensorValue {
  name: string
  /** As the graph has it; the values are floats in any case. */
  type: string
  /** Without open dimensions: this was computed. */
  dims: readonly number[]
  data: Float32Array
}

/** `boxes float32 [1, 2100, 4]`, for messages. */
export function describeTensor(tensor: { name: string; type?: string; dims: readonly (number | null)[] }): string {
  const dims = tensor.dims.map((dim) => dim ?? '?').join(', ')
  return `${tensor.name} ${tensor.type ?? 'float32'} [${dims}]`
}
