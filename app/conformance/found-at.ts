import { networkInterfaces } from 'node:os'

/** Where somebody on another machine finds what listens on this address: for all addresses, the first of the network. */
export function foundAt(host: string): string {
  if (host !== '0.0.0.0' && host !== '::') return host
  const outer = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .find(({ family, internal }) => family === 'IPv4' && !internal)
  return outer?.address ?? '127.0.0.1'
}
