/** How a device itself is doing, as far as it tells. */
export interface DeviceHealth {
  /** Over the last minute. */
  messagesPerMin: number
  /** Seconds that its clock is ahead of ours (negative: behind); null while that is not certain. */
  clockS: number | null
  batteryPct: number | null
  rssiDbm: number | null
  /** As its last birth message told it. */
  firmware: string | null
}
