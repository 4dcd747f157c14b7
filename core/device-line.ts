/** Speaks to single devices on their topic of commands. */
export interface DeviceLine {
  /**
   * Resolves when every connection of the device that listens has acknowledged it (one that asked for QoS 0: when it is written). Rejects with
   * `delivery_failed` when none listens or takes more now. One that ends without acknowledging never lets it resolve.
   */
  command(deviceId: string, payload: string): Promise<void>
  /** What the device is told whenever it begins to listen, until something else is said; null: nothing. */
  stand(deviceId: string, payload: string | null): void
}
