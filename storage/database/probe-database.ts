import pg from 'pg'

const TIMEOUT_MS = 5_000
const WHAT_IS_THERE = `select version() as version,
  (select default_version from pg_available_extensions where name = 'timescaledb') as timescale`

/** Connects once and says in one line what answers. Throws what the driver throws. */
export async function probeDatabase(url: string): Promise<string> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: TIMEOUT_MS })
  try {
    await client.connect()
    const { rows } = await client.query<{ version: string; timescale: string | null }>(WHAT_IS_THERE)
    const version = rows[0]?.version.split(' on ')[0] ?? 'PostgreSQL'
    return rows[0]?.timescale ? `${version}, TimescaleDB ${rows[0].timescale}` : version
  } finally {
    await client.end().catch(() => {})
  }
}
