import { useEffect, useState } from 'react'
import type { DeviceView } from '../../contract.ts'
import type { Api } from '../api.ts'

const RELOAD_MS = 30_000

/** The registry, asked again every half minute and when the number of devices changes. */
export function useDevices(api: Api, count: number | undefined): DeviceView[] {
  const [devices, setDevices] = useState<DeviceView[]>([])
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new count is a reason to ask again
  useEffect(() => {
    // What was known stays when the server is away: the banner says so.
    const load = () => void api.devices().then(setDevices, () => {})
    load()
    const timer = window.setInterval(load, RELOAD_MS)
    return () => window.clearInterval(timer)
  }, [api, count])
  return devices
}
