import { Command } from 'commander'
import { addConfigCommand } from './commands/config.ts'
import { addConformanceCommand } from './commands/conformance.ts'
import { addDemoCommand } from './commands/demo.ts'
import { addDeviceCommand } from './commands/device.ts'
import { addDoctorCommand } from './commands/doctor.ts'
import { addEvidenceCommand } from './commands/evidence.ts'
import { addGeorefCommand } from './commands/georef.ts'
import { addHousesCommand } from './commands/houses.ts'
import { addLedgerCommand } from './commands/ledger.ts'
import { addModelsCommand } from './commands/models.ts'
import { addOutputsCommand } from './commands/outputs.ts'
import { addRecordCommand } from './commands/record.ts'
import { addRecordsCommand } from './commands/records.ts'
import { addReplayCommand } from './commands/replay.ts'
import { addRulesCommand } from './commands/rules.ts'
import { addServeCommand } from './commands/serve.ts'
import { addSimulateCommand } from './commands/simulate.ts'
import { addWhyCommand } from './commands/why.ts'
import { VERSION } from './version.ts'

/** All commands. Each loads the heavy parts when it runs, so that help and the small ones answer at once. */
export function createCommandLine(): Command {
  const program = new Command('huying')
    .description('Hears a sub-district’s sensors and patrol drones, raises alerts, and hands them to dispatch.')
    .version(VERSION)
    .option('-c, --config <file>', 'configuration file (default: huying.yaml, if it is there)')
    .showHelpAfterError('(huying --help tells more)')
    .exitOverride()

  for (const add of [
    addServeCommand,
    addDemoCommand,
    addSimulateCommand,
    addRecordCommand,
    addReplayCommand,
    addRulesCommand,
    addWhyCommand,
    addDeviceCommand,
    addHousesCommand,
    addRecordsCommand,
    addLedgerCommand,
    addEvidenceCommand,
    addModelsCommand,
    addOutputsCommand,
    addConformanceCommand,
    addGeorefCommand,
    addDoctorCommand,
    addConfigCommand,
  ])
    add(program)
  return program
}
