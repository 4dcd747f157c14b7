/** WGS-84 degrees. Every position inside huying is WGS-84; GCJ-02 exists on output only. */
export interface Position {
  lat: number
  lon: number
}
