-- Few alerts are about a building; a report asks for those of one.
create index alert_building_raised on alert ((alert -> 'subject' ->> 'building'), raised_at desc, alert_id desc)
  where alert -> 'subject' ->> 'building' is not null;
