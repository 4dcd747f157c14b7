/** How a device reaches the broker: plain, over TLS, over WebSocket, or over both. */
export const WAYS = ['tcp', 'tls', 'ws', 'wss'] as const
export type Way = (typeof WAYS)[number]

/** By which an address says so. */
export const SCHEMES: Record<Way, string> = { tcp: 'mqtt', tls: 'mqtts', ws: 'ws', wss: 'wss' }
