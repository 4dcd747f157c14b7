-- How far each journal has been stored. Written in the transaction that stores the entries.
create table drain_position (
  journal_id text primary key,
  log text not null check (log in ('intake', 'ledger')),
  seq bigint not null
) with (fillfactor = 50);

-- Entries, or parts of them, that the database refused. Nothing waits for them.
create table quarantine (
  journal_id text not null,
  seq bigint not null,
  log text not null,
  reason text not null,
  -- The entry as the journal has it, cut at 64 KiB.
  entry bytea not null,
  set_aside_at timestamptz not null default now(),
  primary key (journal_id, seq)
);
