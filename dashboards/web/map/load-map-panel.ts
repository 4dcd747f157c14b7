import type { MapPanel } from './map-panel.tsx'

const RETRY_MS = 3_000

/** Fetches the map's own part of the page, again and again until it comes: the queue must not fall with the map. */
export async function loadMapPanel(): Promise<{ default: typeof MapPanel }> {
  for (;;) {
    const loaded = await import('./map-panel.tsx').catch(() => null)
    if (loaded !== null) return { default: loaded.MapPanel }
    await new Promise((resolve) => window.setTimeout(resolve, RETRY_MS))
  }
}
