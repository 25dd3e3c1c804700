-- Where the log ends, and a time before which nothing will be appended any more: the present, if no
-- append is under way, else the time of the last record. Appends hold the lock until they are
-- committed; here it is given back at once, for a read that asks in one statement with its rows would
-- otherwise hold appends up. What is appended meanwhile bears a time after `present`.
CREATE OR REPLACE FUNCTION log_horizon() RETURNS TABLE (next bigint, "time" bigint) LANGUAGE plpgsql
ROWS 1 AS $$
DECLARE
    present bigint := clock_us() - 1;
    idle boolean := pg_try_advisory_lock_shared(hashtextextended('lrs.log.append', 0));
BEGIN
    IF idle THEN
        PERFORM pg_advisory_unlock_shared(hashtextextended('lrs.log.append', 0));
    END IF;
    RETURN QUERY SELECT h.next, CASE WHEN idle THEN greatest(h.time, present) ELSE h.time END
    FROM log_head h;
END $$;
