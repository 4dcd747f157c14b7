import type { Command } from 'commander'
import { createApiClient, findToken } from '../api-client.ts'
import { configOf } from './service.ts'

interface Shared {
  url?: string
  token?: string
}
interface ListedDevice {
  id: string
  type: string
  place?: string
}

export function addDeviceCommand(program: Command): void {
  const device = program.command('device').description('the device registry of a running service')
  const shared = (command: Command) =>
    command.option('--url <url>', 'where the service is').option('--token <token>', 'admin token')
  const client = ({ url, token }: Shared) => {
    const config = configOf(program)
    return createApiClient(url ?? `http://127.0.0.1:${config.http.port}`, findToken(config, token))
  }

  shared(device.command('add <id>'))
    .requiredOption('--type <type>', 'for example smoke-detector')
    .option('--name <name>')
    .option('--place <place>', 'address or reach')
    .option('--lat <deg>', 'WGS-84 latitude', Number)
    .option('--lon <deg>', 'WGS-84 longitude', Number)
    .option('--every <seconds>', 'expected interval between reports', Number)
    .description('register a device; prints its token, which is shown only now')
    .action(async (id: string, options: Shared & Record<string, string | number | undefined>) => {
      const { type, name, place, lat, lon, every } = options
      const spec = {
        id,
        type,
        ...(name && { name }),
        ...(place && { place }),
        ...(lat !== undefined && { position: { lat, lon } }),
        ...(every !== undefined && { reportEveryS: every }),
      }
      console.log(JSON.stringify(await client(options).call('POST', '/api/v1/devices', spec)))
    })

  shared(device.command('list'))
    .option('--json', 'one JSON array')
    .description('list the registered devices')
    .action(async (options: Shared & { json?: boolean }) => {
      const { items: found } = await client(options).call<{ items: ListedDevice[] }>('GET', '/api/v1/devices')
      if (options.json) console.log(JSON.stringify(found))
      else for (const { id, type, place = '' } of found) console.log(`${id}\t${type}\t${place}`)
    })

  shared(device.command('token <id>'))
    .description('make a new token; the old one stops working')
    .action(async (id: string, options: Shared) => {
      const path = `/api/v1/devices/${encodeURIComponent(id)}/token`
      console.log(JSON.stringify(await client(options).call('POST', path)))
    })
}
