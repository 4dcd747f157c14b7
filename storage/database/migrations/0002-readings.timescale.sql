-- One row per reading: what differs in value or message number at one device time is two readings, in chunks of a week.
create table reading (
  device_id text collate "C" not null,
  metric text collate "C" not null,
  at timestamptz not null,
  value float8 not null,
  -- The device's own message number, -1 when it sends none.
  message_seq float8 not null,
  arrival timestamptz not null,
  unique (device_id, metric, at, value, message_seq)
);
select create_hypertable('reading', 'at', chunk_time_interval => interval '7 days', create_default_indexes => false);
alter table reading set (
  timescaledb.compress,
  timescaledb.compress_segmentby = 'device_id, metric',
  timescaledb.compress_orderby = 'at'
);
select add_compression_policy('reading', compress_after => interval '14 days');

-- Hourly roll-up; hours not yet materialised are computed when asked.
create materialized view reading_hour
with (timescaledb.continuous, timescaledb.materialized_only = false) as
select device_id, metric, time_bucket(interval '1 hour', at) as hour,
  count(*)::int as readings, min(value) as value_min, max(value) as value_max, avg(value) as value_mean
from reading
group by device_id, metric, time_bucket(interval '1 hour', at)
with no data;
-- No start: readings of any year that arrive today are rolled up too.
select add_continuous_aggregate_policy('reading_hour',
  start_offset => null, end_offset => interval '1 hour', schedule_interval => interval '10 minutes');
