-- Where the log ends, and a time before which nothing will be appended any more: the present, if no
-- append is under way, else the time of the last record.
CREATE OR REPLACE FUNCTION log_horizon() RETURNS TABLE (next bigint, "time" bigint) LANGUAGE plpgsql AS $$
DECLARE
    present bigint := clock_us() - 1;
BEGIN
    IF pg_try_advisory_xact_lock_shared(hashtextextended('lrs.log.append', 0)) THEN
        RETURN QUERY SELECT h.next, greatest(h.time, present) FROM log_head h;
    ELSE
        RETURN QUERY SELECT h.next, h.time FROM log_head h;
    END IF;
END $$;
