/**
 * What the tests need beyond npm, from Debian's or Ubuntu's packages. As root on such a machine it is installed;
 * otherwise it is named, loudly, and the tests that need it are skipped.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'

const POSTGRES = '/usr/lib/postgresql'
const NEEDS = [
  { package: 'mosquitto', found: () => existsSync('/usr/sbin/mosquitto') },
  { package: 'mosquitto-clients', found: () => existsSync('/usr/bin/mosquitto_pub') },
  {
    package: 'postgresql',
    found: () =>
      existsSync(POSTGRES) && readdirSync(POSTGRES).some((version) => existsSync(`${POSTGRES}/${version}/bin/initdb`)),
  },
  { package: 'chromium', found: () => existsSync(process.env.CHROMIUM ?? '/usr/bin/chromium') },
  { package: 'python3-numpy', found: () => existsSync('/usr/lib/python3/dist-packages/numpy') },
  { package: 'python3-paho-mqtt', found: () => existsSync('/usr/lib/python3/dist-packages/paho') },
  { package: 'gcc', found: () => existsSync('/usr/bin/gcc') },
  { package: 'libc6-dev', found: () => existsSync('/usr/include/stdlib.h') },
  { package: 'libmosquitto-dev', found: () => existsSync('/usr/include/mosquitto.h') },
  { package: 'fonts-noto-cjk', found: () => existsSync('/usr/share/fonts/opentype/noto') },
]

const missing = () => NEEDS.filter((need) => !need.found()).map((need) => need.package)
const apt = (...args) =>
  spawnSync('apt-get', args, { stdio: 'inherit', env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } })
    .status === 0

let absent = missing()
if (absent.length > 0 && process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
  process.stderr.write(`installing for the tests: ${absent.join(' ')}\n`)
  if (apt('update', '-qq')) apt('install', '-y', '-qq', '--no-install-recommends', ...absent)
  absent = missing()
}
if (absent.length > 0) {
  process.stderr.write(
    `\n!! MISSING: ${absent.join(' ')}\n!! Tests that need them are SKIPPED. Install with: apt-get install ${absent.join(' ')}\n\n`,
  )
}
