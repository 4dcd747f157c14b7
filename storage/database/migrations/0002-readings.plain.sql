-- One row per reading: what differs in value or message number at one device time is two readings. Months are partitions, made when first needed.
create table reading (
  device_id text collate "C" not null,
  metric text collate "C" not null,
  at timestamptz not null,
  value float8 not null,
  -- The device's own message number, -1 when it sends none.
  message_seq float8 not null,
  arrival timestamptz not null,
  unique (device_id, metric, at, value, message_seq)
) partition by range (at);
create index reading_at on reading using brin (at) with (pages_per_range = 32);

-- Times far from the arrival (wrong clocks) share one partition.
create table reading_far partition of reading default;

-- Hourly roll-up, recomputed whole for each hour that got new readings.
create table reading_hour (
  device_id text collate "C" not null,
  metric text collate "C" not null,
  hour timestamptz not null,
  readings int not null,
  value_min float8 not null,
  value_max float8 not null,
  value_mean float8 not null,
  primary key (device_id, metric, hour)
);
create table dirty_hour (
  hour timestamptz primary key,
  marked bool not null
) with (fillfactor = 50);
