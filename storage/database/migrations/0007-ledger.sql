-- Every record of the ledger, byte for byte. The files are the truth; what is said of them here can be added to and not changed.
create table ledger_record (
  ledger_id text collate "C" not null,
  seq bigint not null check (seq > 0),
  -- Empty where the record cannot be read.
  type text collate "C" not null,
  at timestamptz,
  by_whom text collate "C",
  record bytea not null,
  -- RFC 6962, 2.1.
  leaf_hash bytea not null constraint leaf_hash_of_record check (leaf_hash = sha256('\x00'::bytea || record)),
  primary key (ledger_id, seq)
);
create index ledger_record_type on ledger_record (ledger_id, type, seq);
create index ledger_record_by on ledger_record (ledger_id, by_whom, seq) where by_whom is not null;
create index ledger_record_at on ledger_record (ledger_id, at);

-- What each record is about: alert:…, device:…, finding:…, rule:… and so on.
create table ledger_subject (
  ledger_id text collate "C" not null,
  subject text collate "C" not null,
  seq bigint not null,
  primary key (ledger_id, subject, seq)
);

-- Two locks, since the owner of a table may open each: nobody has the permission, and who gets it back meets the trigger.
create function refuse_to_bend_the_ledger() returns trigger language plpgsql as $$
begin
  raise exception '% of % is refused: the ledger can only be added to', lower(tg_op), tg_table_name
    using errcode = 'insufficient_privilege', hint = 'huying writes it from its files; a mistake is answered by a new entry';
end $$;
create trigger append_only before update or delete or truncate on ledger_record
  for each statement execute function refuse_to_bend_the_ledger();
create trigger append_only before update or delete or truncate on ledger_subject
  for each statement execute function refuse_to_bend_the_ledger();
-- Also for a session that calls itself a replica.
alter table ledger_record enable always trigger append_only;
alter table ledger_subject enable always trigger append_only;
revoke update, delete, truncate on ledger_record, ledger_subject from public, current_user;

-- What was stored before this table was there is read once more; all else that comes of it is there already.
update drain_position set seq = 0 where log = 'ledger';
