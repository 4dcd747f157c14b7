-- Each alert as its last event left it.
create table alert (
  alert_id text collate "C" primary key,
  rule text collate "C" not null,
  state text not null check (state in ('active', 'cleared')),
  device_id text collate "C",
  raised_at timestamptz not null,
  version int not null,
  alert jsonb not null
);
create index alert_raised on alert (raised_at desc, alert_id desc);
create index alert_device_raised on alert (device_id, raised_at desc, alert_id desc);
create index alert_active_raised on alert (raised_at desc, alert_id desc) where state = 'active';

create table alert_event (
  journal_id text not null,
  seq bigint not null,
  alert_id text collate "C" not null,
  version int not null,
  at timestamptz not null,
  event jsonb not null,
  primary key (journal_id, seq)
);
create index alert_event_alert on alert_event (alert_id, version, seq);

-- The registry for readers of the database; tokens and their digests stay out of it.
create table device (
  device_id text collate "C" primary key,
  device_type text collate "C" not null,
  changed_at timestamptz not null,
  device jsonb not null
);
