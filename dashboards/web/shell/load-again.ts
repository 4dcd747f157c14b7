const RETRY_MS = 3_000

/** Fetches a part of the app again and again until it comes: one that is late must not take the rest with it. */
export async function loadAgain<T>(load: () => Promise<T>): Promise<T> {
  for (;;) {
    const loaded = await load().catch(() => null)
    if (loaded !== null) return loaded
    await new Promise((resolve) => window.setTimeout(resolve, RETRY_MS))
  }
}
