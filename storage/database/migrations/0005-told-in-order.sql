-- Back-tests read history in order of arrival, or of measuring. Rows mostly come in both orders, so these indexes grow at
-- their end.
create index reading_arrival on reading (arrival);
-- A BRIN index where huying splits by month; chunks of TimescaleDB have none.
drop index if exists reading_at;
create index reading_at on reading (at);
create index frame_arrival on frame (arrival, frame_id);
create index record_arrival on record (arrival, device_id, record_id);
create index device_status_arrival on device_status (arrival, device_id);
create index device_status_at on device_status (at, device_id);
