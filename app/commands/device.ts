import type { Command } from 'commander'
import { attributesOf, type Described, describing, list, toChange, toSpec } from './device-options.ts'
import { clientOf, type Reaching, reaching } from './reach-service.ts'

interface ListedDevice {
  id: string
  type: string
  place?: string
}

export function addDeviceCommand(program: Command): void {
  const device = program.command('device').description('the device registry of a running service')
  const client = (options: Reaching) => clientOf(program, options)

  reaching(describing(device.command('add <id>').alias('register')))
    .requiredOption('--type <type>', 'for example smoke-detector')
    .description('register a device; prints its token, which is shown only now')
    .action(async (id: string, options: Reaching & Described) => {
      const spec = { id, ...toSpec(options), ...attributesOf(options) }
      console.log(JSON.stringify(await client(options).call('POST', '/api/v1/devices', spec)))
    })

  reaching(describing(device.command('change <id>')))
    .option('--type <type>', 'for example smoke-detector')
    .option('--unset <field>', 'take a field or an attribute away, for example place or attributes.storeys', list, [])
    .description('change what is known of a registered device; prints it as it is then')
    .action(async (id: string, options: Reaching & Described & { unset: string[] }) => {
      const path = `/api/v1/devices/${encodeURIComponent(id)}`
      console.log(JSON.stringify(await client(options).call('PATCH', path, toChange(options))))
    })

  reaching(device.command('list'))
    .option('--json', 'one JSON array')
    .description('list the registered devices')
    .action(async (options: Reaching & { json?: boolean }) => {
      const { items: found } = await client(options).call<{ items: ListedDevice[] }>('GET', '/api/v1/devices')
      if (options.json) console.log(JSON.stringify(found))
      else for (const { id, type, place = '' } of found) console.log(`${id}\t${type}\t${place}`)
    })

  reaching(device.command('token <id>'))
    .description('make a new token; the old one stops working')
    .action(async (id: string, options: Reaching) => {
      const path = `/api/v1/devices/${encodeURIComponent(id)}/token`
      console.log(JSON.stringify(await client(options).call('POST', path)))
    })
}
